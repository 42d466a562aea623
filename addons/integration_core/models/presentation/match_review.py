# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from .common import notice


class IntegrationMatchReview(models.Model):
    """What the other system says beside the records that could be meant."""

    _inherit = "integration.match.review"

    title = fields.Char(compute="_compute_title")
    notice = fields.Json(compute="_compute_notice")
    comparison = fields.Json(compute="_compute_comparison")
    candidate_names = fields.Char("Could be", compute="_compute_candidate_names")
    may_operate = fields.Boolean(compute="_compute_may")
    may_merge = fields.Boolean(compute="_compute_may")
    is_mine = fields.Boolean(compute="_compute_may")
    amount_text = fields.Char("Amount blocked", compute="_compute_amount_text")
    exception_id = fields.Many2one(
        "integration.exception", compute="_compute_amount_text"
    )

    @api.depends_context("uid")
    @api.depends("external_id", "connector_id", "kind", "incoming")
    def _compute_title(self):
        for review in self:
            words = {
                "name": review._said().get("name") or review.external_id,
                "connector": review.connector_id.name,
            }
            if review.kind == "merge":
                review.title = self.env._(
                    "%(name)s was merged in %(connector)s", **words
                )
            else:
                review.title = self.env._(
                    "Who is %(name)s from %(connector)s?", **words
                )

    @api.depends_context("uid")
    @api.depends("user_id", "state", "candidate_total", "model")
    def _compute_may(self):
        operate = self.env["integration.event"]._may_operate()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        merge = operate and wizard.has_access("create")
        for review in self:
            review.may_operate = operate
            review.is_mine = review.user_id == self.env.user
            review.may_merge = (
                merge
                and review.state == "open"
                and review.model == "res.partner"
                and len(review.candidate_ids) > 1
            )

    @api.depends("candidate_ids")
    def _compute_candidate_names(self):
        for review in self:
            names = review.candidate_ids.mapped("record_name")
            review.candidate_names = ", ".join(names)

    @api.depends("event_id", "state")
    def _compute_amount_text(self):
        for review in self:
            exception = review.event_id.exists().exception_id
            review.exception_id = exception
            review.amount_text = exception.amount_text or ""

    # === NOTICE === #

    @api.depends_context("uid")
    @api.depends("state", "reason", "candidate_ids", "decision")
    def _compute_notice(self):
        for review in self:
            review.notice = review._notice()

    def _notice(self) -> dict | bool:
        self.ensure_one()
        if self.state == "open" and self.kind == "merge":
            return notice(
                "warning",
                self.reason,
                self.env._(
                    "Messages of both go to the first one from now on. Documents that "
                    "hang on the second one stay there until they are merged."
                ),
                self.env._("Merge them in Odoo, or keep them apart."),
            )
        if self.state == "open":
            return notice("warning", self.reason, self._why(), self._what_next())
        if self.state == "decided":
            return notice(
                "info",
                self._decision_text(),
                next_step=self.env._("It is applied with the next message."),
            )
        return False

    def _why(self) -> str:
        if self.money:
            return self.env._("We do not guess where money moves.")
        return self.env._("We do not guess.")

    def _what_next(self) -> str:
        return self.env._(
            "Choose the record below that is meant, or let a new one be made. Nothing "
            "is lost: the message waits for you."
        )

    def _decision_text(self) -> str:
        choices = dict(self._fields["decision"]._description_selection(self.env))
        return self.env._(
            "%(user)s decided: %(decision)s.",
            user=self.decided_by.sudo().name or "",
            decision=choices.get(self.decision, "").lower(),
        )

    # === SIDE BY SIDE === #

    @api.depends_context("uid")
    @api.depends("incoming", "candidate_ids")
    def _compute_comparison(self):
        for review in self:
            review.comparison = review._comparison() if review.model else False

    def _comparison(self) -> dict | bool:
        self.ensure_one()
        records = {c: c._record() for c in self.candidate_ids}
        found = {c: record for c, record in records.items() if record}
        incoming = self._said()
        if not found:
            return False
        columns = [
            {"key": f"c{c.id}", "label": record.display_name}
            for c, record in found.items()
        ]
        if incoming:
            there = self.env._("In %(name)s", name=self.connector_id.name)
            columns.insert(0, {"key": "incoming", "label": there})
        return {
            "plain": True,
            "columns": columns,
            "rows": [*self._key_rows(found, incoming), *self._fact_rows(found)],
            "first": self.env._("Compared"),
            "note": self._more_note(),
        }

    def _key_rows(self, found: dict, incoming: dict) -> list[dict]:
        """A row a key, with a mark at each value that agrees or differs."""
        keys = self._keys() if incoming else self._entity_model()._identity_keys()
        marks = {c: self._marks(record) for c, record in found.items()}
        rows = []
        for key, identity in keys.items():
            cells = {
                f"c{c.id}": str(record[identity.field] or "")
                for c, record in found.items()
            }
            if incoming:
                cells["incoming"] = incoming[key]
            if any(cells.values()):
                rows.append(
                    {
                        "key": key,
                        "label": identity.label,
                        "cells": cells,
                        "marks": {f"c{c.id}": m.get(key) for c, m in marks.items()},
                    }
                )
        return rows

    def _fact_rows(self, found: dict) -> list[dict]:
        """What hangs on each record, such as invoices; there is no such thing there."""
        records = self.env[self.model].union(*found.values())
        records = records.with_company(self.company_id)
        return [
            {
                "key": f"fact{number}",
                "label": label,
                "cells": {
                    "incoming": "–",
                    **{f"c{c.id}": texts.get(r.id, "") for c, r in found.items()},
                },
            }
            for number, (label, texts) in enumerate(
                self._entity_model()._match_facts(records)
            )
        ]

    def _more_note(self) -> str:
        more = self.candidate_total - len(self.candidate_ids)
        if more <= 0:
            return ""
        return self.env._(
            "%(count)s more agree as well. Merge what is one, or correct what they "
            "share.",
            count=more,
        )
