# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from .common import button, step


class IntegrationValueMap(models.Model):
    """Values that were seen but are not mapped, with a button for each."""

    _inherit = "integration.value.map"

    unmapped = fields.Json("Seen but not mapped", compute="_compute_unmapped")
    unmapped_count = fields.Integer("Not mapped", compute="_compute_unmapped")
    proposal_count = fields.Integer("Proposals", compute="_compute_unmapped")
    may_map = fields.Boolean(compute="_compute_may_map")

    @api.depends_context("uid")
    def _compute_may_map(self):
        self.may_map = self.env["integration.value.map.line"].has_access("write")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("line_ids")
    def _compute_unmapped(self):
        stopped = self._stopped()
        for value_map in self:
            if value_map.model:
                steps, lines = value_map._record_steps(stopped)
                value_map.unmapped_count = len(lines)
                value_map.proposal_count = len(lines.filtered("proposal_id"))
            else:
                steps, values = value_map._code_steps(stopped)
                value_map.unmapped_count = len(values)
                value_map.proposal_count = 0
            value_map.unmapped = {"steps": steps} if steps else False

    def _code_steps(self, stopped: dict) -> tuple:
        """Steps of a code list, and the values that no line names."""
        known = set(self.line_ids.mapped("external_value"))
        values = {
            value: waits
            for (code, value, _company), waits in stopped.items()
            if code == self.code
        }
        steps = [
            self._value_step(value, f"“{value}”", waits, value in known)
            for value, waits in sorted(values.items())
        ]
        return steps, set(values) - known

    def _record_steps(self, stopped: dict) -> tuple:
        """Steps of a map of records, and the lines that stand for nothing usable."""
        lines = self.line_ids.filtered(
            lambda x: x.record_company_id in self.env.companies
        )
        mapped = lines._in_force()
        unmapped = lines - mapped
        waiting = self._waiting(lines)
        steps = []
        for line in lines.sorted(lambda x: (x in mapped, x.external_value)):
            key = (line.external_value, line.record_company_id.id)
            waits = stopped.get((self.code, *key), []) + waiting.get(key, [])
            if not waits and (line.seen or {}).get("active") is False:
                # No longer used there, and no document asks for it.
                unmapped -= line
            if line in unmapped or waits:
                steps.append(self._line_step(line, waits, line not in unmapped))
        return steps, unmapped

    def _line_step(self, line, waits: list, mapped: bool) -> dict:
        title = f"{line.note} ({line.external_value})" if line.note else ""
        if len(self.env.companies) > 1:
            title = f"{title or line.external_value} · {line.record_company_id.name}"
        result = self._value_step(
            line.external_value,
            title or f"“{line.external_value}”",
            waits,
            mapped,
            integration_line=line.id,
        )
        result["key"] = f"{line.external_value}:{line.id}"
        if line.proposal_name:
            result["sentence"] += " " + self.env._(
                "Proposed: %(record)s.", record=line.proposal_name
            )
        elif line.res_id and not mapped:
            result["sentence"] += " " + self.env._(
                "%(record)s is archived or deleted.", record=line.record_name
            )
        return result

    def _value_step(self, value, title, waits: list, mapped: bool, **context) -> dict:
        context = dict(context, integration_value=value)
        count = sum(number for number, _amount in waits)
        amounts = ", ".join(amount for _number, amount in waits if amount)
        sentence = self.env._("Messages waiting for it: %(count)s.", count=count)
        if mapped:
            sentence = self.env._(
                "Mapped now. Messages still waiting: %(count)s.", count=count
            )
        if amounts:
            sentence += " " + self.env._("Amount blocked: %(sum)s.", sum=amounts)
        if mapped and not self.env["integration.event"]._may_operate():
            return step(value, title, sentence, "current")
        if not mapped and not self.may_map:
            return step(value, title, sentence, "blocked")
        if mapped and not self.model:
            press = button(
                self.env._("Preview"), "action_preview_value", context=context
            )
        elif mapped:
            press = button(
                self.env._("Process again"), "action_retry_value", context=context
            )
        else:
            press = button(self.env._("Map now"), "action_map_value", context=context)
        return step(
            value, title, sentence, "current" if mapped else "blocked", button=press
        )

    # === WHAT WAITS === #

    def _stopped(self) -> dict:
        """(code, value, company) → [(messages, amount blocked)] that stand still.

        For a code list the company is left out. The object itself, whose message says
        what the value is, does not wait for itself.
        """
        found = {}
        records = {m.code: m.entity for m in self if m.model}
        rows = self.env["integration.exception"]._read_group(
            [("state", "=", "open"), ("cause", "=like", "value\\_map:%")],
            ["cause", "company_id", "entity", "currency_id"],
            ["__count", "amount:sum"],
        )
        for cause, company, entity, currency, count, amount in rows:
            _prefix, code, value = cause.split(":", 2)
            if code in records and records[code] == entity:
                continue
            key = (code, value, company.id if code in records else False)
            found.setdefault(key, []).append((count, _money(currency, amount)))
        return found

    def _waiting(self, lines) -> dict:
        """(value, company id) → [(messages, amount blocked)] that wait for it."""
        names = {f"{self.entity}:{line.external_value}" for line in lines}
        rows = self.env["integration.event"]._read_group(
            [
                ("state", "=", "waiting"),
                ("waiting_for", "in", list(names)),
                ("connector_id.system", "=", self.system),
            ],
            ["waiting_for", "company_id", "currency_id"],
            ["__count", "amount:sum"],
        )
        found: dict = {}
        for name, company, currency, count, amount in rows:
            key = (name.split(":", 1)[1], company.id)
            found.setdefault(key, []).append((count, _money(currency, amount)))
        return found

    # === ACTION METHODS === #

    def action_map_value(self):
        """Open the dialog that maps the value in the context.

        Who may not map sees the map instead.
        """
        self.ensure_one()
        if not self.may_map:
            return {
                "type": "ir.actions.act_window",
                "res_model": self._name,
                "res_id": self.id,
                "view_mode": "form",
            }
        value = self.env.context.get("integration_value")
        if self.model:
            return self._line_in_context().action_choose()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What does “%(value)s” mean?", value=value),
            "res_model": "integration.value.map.line",
            "view_mode": "form",
            "target": "new",
            "context": {"default_map_id": self.id, "default_external_value": value},
        }

    def _line_in_context(self):
        """The line the context names, by its id or by its value.

        Of several companies the one that still lacks its record goes first.

        :raises UserError: the line was removed meanwhile
        """
        lines = self.line_ids.browse(self.env.context.get("integration_line")).exists()
        if not lines:
            value = self.env.context.get("integration_value")
            lines = self.line_ids.filtered(
                lambda x: (
                    x.external_value == value
                    and x.record_company_id in self.env.companies
                )
            ).sorted(lambda x: bool(x.res_id))
        if not lines:
            raise UserError(
                self.env._(
                    "This value is no longer in the map. Retry the message; the value "
                    "appears again."
                )
            )
        return lines[0]

    def _stopped_by_value(self):
        """Open exceptions of the value in the context."""
        value = self.env.context.get("integration_value")
        cause = self.env["integration.value.map.line"]._cause(self, value)
        return self.env["integration.exception"].search(
            [("state", "=", "open"), ("cause", "=", cause)]
        )

    def action_preview_value(self):
        """Try the messages that waited for the value; nothing is written.

        :raises UserError: none of them waits any more
        """
        self.ensure_one()
        return self._stopped_by_value().action_preview()

    def action_retry_value(self):
        """Put the messages that waited for the value back to work."""
        self.ensure_one()
        exceptions = self._stopped_by_value()
        if exceptions:
            exceptions.action_retry()
        line = self.line_ids.browse(self.env.context.get("integration_line"))
        if line._in_force():
            self.env["integration.event"]._require_operator()
            line._wake(line._connectors())
        return True

    def action_accept_proposals(self):
        """Bind every value that has a proposal to the record that is proposed."""
        lines = self.line_ids.filtered(
            lambda x: x.record_company_id in self.env.companies
        )
        return lines.action_accept_proposal()


def _money(currency, amount) -> str:
    """An amount for people; nothing where there is none."""
    return currency.format(amount) if currency and amount else ""
