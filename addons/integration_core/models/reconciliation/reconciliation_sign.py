# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import canonical
from ...engine.masking import masked_logger
from .reconciliation import COMPARED, OPEN

_logger = masked_logger(__name__)


class IntegrationReconciliation(models.Model):
    """Signing a comparison, and noticing when the books change afterwards."""

    _inherit = "integration.reconciliation"

    signature_ids = fields.One2many(
        "integration.reconciliation.signature", "run_id", readonly=True
    )
    signed_by = fields.Many2one("res.users", readonly=True)
    signed_at = fields.Datetime("Signed", readonly=True)
    may_sign = fields.Boolean(compute="_compute_may_sign")
    changed_at = fields.Datetime(
        "Changed since",
        readonly=True,
        help="When it was first seen that the books of these days have changed since "
        "they were signed.",
    )
    changed_text = fields.Char("What changed", readonly=True)

    @api.depends_context("uid")
    @api.depends(
        "state", "open_count", "ended_at", "line_ids.explained_by", "line_ids.fixed_by"
    )
    def _compute_may_sign(self):
        for run in self:
            run.may_sign = (
                run.state in ("balanced", "explained") and not run._refusal_to_sign()
            )

    # === ACTION METHODS === #

    def action_sign(self):
        """Sign the comparison: from then on it stays as it is.

        :raises AccessError: the user may not sign, or has worked on its differences;
            it was compared too early
        :raises UserError: a difference is open, or the books have changed meanwhile
        """
        for run in self:
            run._sign()
        return True

    def action_check_again(self):
        """Look now whether the books of signed days have changed."""
        self.check_access("read")
        for run in self.filtered(lambda r: r.state == "signed"):
            run.sudo()._look_for_changes()
        changed = self.filtered("changed_at")
        if changed:
            return self.env["integration.connector"]._notify(
                changed[0].changed_text, "warning"
            )
        return self.env["integration.connector"]._notify(
            self.env._("Nothing has changed since it was signed.")
        )

    def action_new_revision(self):
        """Compare signed days again, as a new revision; the signed one stays."""
        self.ensure_one()
        self._require_starter()
        if self.state != "signed":
            raise UserError(self.env._("It is not signed: compare it again as it is."))
        run = self.connector_id.sudo()._start_reconciliation(
            self.date_from, self.date_to, self.kind, self.env.user
        )
        return run._open_form()

    # === SIGNING === #

    def _refusal_to_sign(self) -> str:
        """Why the current user may not sign, '' if nothing stands in the way."""
        self.ensure_one()
        if not self._may_sign():
            return self.env._("Only an auditor of Integrations may sign.")
        run = self.sudo()
        if run.ended_at and run.ended_at < run._days()[1]:
            return self.env._(
                "It was compared before its last day was over: compare again, then "
                "sign."
            )
        workers = run.line_ids.explained_by | run.line_ids.fixed_by
        # Who says what is tolerated decides what is no difference.
        rows = run.connector_id.tolerance_ids
        workers |= rows.create_uid | rows.write_uid
        if self.env.user in workers:
            return self.env._(
                "You have explained or fixed differences of it, or said what is "
                "tolerated: somebody else signs."
            )
        return ""

    @api.model
    def _may_sign(self) -> bool:
        """Whether the user's role allows signing; domain addons ask for more."""
        return self.env.user.has_group("integration_core.group_auditor")

    def _sign(self) -> None:
        self.ensure_one()
        self.check_access("read")
        refusal = self._refusal_to_sign()
        if refusal:
            raise AccessError(refusal)
        if self.state not in COMPARED or any(
            line.state in OPEN for line in self.line_ids
        ):
            raise UserError(
                self.env._(
                    "It can be signed once both sides were compared and every "
                    "difference is gone or explained."
                )
            )
        run = self.sudo()
        figures = run._figures_here()
        moved = run._changes(figures, run._figures_of_totals())
        if moved:
            raise UserError(
                self.env._(
                    "The books have changed since they were compared: %(what)s. "
                    "Compare again, then sign.",
                    what=moved,
                )
            )
        now = fields.Datetime.now()
        content = run._content(figures, now)
        run.env["integration.reconciliation.signature"].create(
            {
                "create_date": now,
                "run_id": run.id,
                "company_id": run.company_id.id,
                "user_id": self.env.uid,
                "user_name": self.env.user.name,
                "statement": content["statement"],
                "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
                "content_hash": canonical.digest(content),
            }
        )
        run._refresh_activity()
        run.write({"state": "signed", "signed_by": self.env.uid, "signed_at": now})
        run.activity_ids.filtered("automated").unlink()
        run.connector_id._log(
            "reconcile",
            self.env._("%(name)s signed", name=run.display_name),
            actor_id=self.env.uid,
            correlation_id=run.correlation_id,
        )

    def _statement(self) -> str:
        """The sentence that is signed."""
        return self.env._(
            "I have looked at the comparison of %(name)s in %(company)s. Both sides "
            "agree, or each difference is explained.",
            name=self.display_name,
            company=self.company_id.name,
        )

    def _content(self, figures: dict, now) -> dict:
        """Everything that is signed, as plain data (hashed and kept)."""
        self.ensure_one()
        lines = self.line_ids.sorted("id")
        return {
            "name": self.display_name,
            "statement": self._statement(),
            "signer": [self.env.uid, self.env.user.name],
            "signed_at": fields.Datetime.to_string(now),
            "company": self.company_id.name,
            "connector": [self.connector_id.id, self.connector_id.name],
            "system": self.connector_id.system,
            "account": self.connector_id.account_ref or "",
            "days": [str(self.date_from), str(self.date_to)],
            "compared_at": fields.Datetime.to_string(self.ended_at),
            "revision": self.revision,
            "checks": self.done_checks or {},
            "tolerances": [
                [row.check_name, f"{row.amount:.3f}", row.reason]
                for row in self.connector_id.tolerance_ids
            ],
            "totals": [total._signed() for total in self.total_ids],
            "lines": [line._signed() for line in lines],
            "figures": figures,
        }

    # === CHANGES AFTERWARDS === #

    def _figures_here(self) -> dict:
        """What Odoo has of these days now: check|currency → [count, sum, digest]."""
        self.ensure_one()
        figures = {}
        for check in self._checks():
            if (
                check._check not in (self.done_checks or {})
                or ((self.done_checks or {})[check._check])
            ):
                continue
            groups = defaultdict(list)
            for entry in check._here(self):
                if self.date_from <= entry.day <= self.date_to:
                    groups[entry.currency].append(entry)
            for currency, entries in groups.items():
                rows = sorted([e.key, str(e.amount or 0)] for e in entries)
                figures[f"{check._check}|{currency}"] = [
                    len(entries),
                    str(sum((e.amount or Decimal(0) for e in entries), Decimal(0))),
                    canonical.digest(rows),
                ]
        return figures

    def _figures_of_totals(self) -> dict:
        """The same as the comparison found it, without digests."""
        return {
            f"{total.check_name}|{total.currency_id.name or ''}": [
                total.count_here,
                str(total._number("sum_here")),
            ]
            for total in self.total_ids
            if total.count_here
        }

    def _changes(self, now: dict, before: dict) -> str:
        """What differs between two sets of figures, for people; '' for nothing."""
        checks = self.env["integration.reconciliation.check"]
        parts = []
        for name in sorted(now.keys() | before.keys()):
            new, old = now.get(name), before.get(name)
            if new and old and _same(new, old):
                continue
            check, currency = name.split("|")
            values = {
                "what": checks._label_of(check),
                "old": _figure(old, currency),
                "new": _figure(new, currency),
            }
            if new and old and _same(new[:2], old[:2]):
                text = self.env._("%(what)s: other documents, same sum", **values)
            else:
                text = self.env._("%(what)s: %(old)s → %(new)s", **values)
            parts.append(text)
        return "; ".join(parts)

    def _look_for_changes(self) -> None:
        """Compare the books with what was signed; the first change found is dated."""
        for run in self:
            signature = run.signature_ids[:1]
            if not signature:
                continue
            text = run._changes(run._figures_here(), signature._data()["figures"])
            if (text or False) == run.changed_text:
                continue
            found = fields.Datetime.now() if text else False
            run._note_change(text, run.changed_at or found if text else False)

    def _note_change(self, text: str, moment) -> None:
        """The only thing that is ever written on a signed run."""
        self.env.cr.execute(
            "UPDATE integration_reconciliation SET changed_text = %s, changed_at = %s "
            "WHERE id = %s",
            (text or None, moment or None, self.id),
        )
        self.invalidate_recordset(["changed_text", "changed_at"])
        if text and self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Changed since it was signed"),
                note=text,
                user_id=self.user_id.id,
            )


class IntegrationReconciliationTotal(models.Model):
    _inherit = "integration.reconciliation.total"

    def _number(self, name: str) -> Decimal:
        """One of the sums as what it means."""
        digits = self.currency_id.decimal_places if self.currency_id else 0
        return Decimal(f"{self[name] or 0:.{digits}f}")

    def _signed(self) -> dict:
        """What is signed of it."""
        self.ensure_one()
        return {
            "check": self.check_name,
            "label": self.label,
            "currency": self.currency_id.name or "",
            "count_there": self.count_there,
            "count_here": self.count_here,
            "matched": self.matched,
        } | {
            name: str(self._number(name))
            for name in (
                "sum_there",
                "sum_here",
                "difference",
                "tolerated",
                "elsewhere",
            )
        }


class IntegrationReconciliationLine(models.Model):
    _inherit = "integration.reconciliation.line"

    def _signed(self) -> dict:
        """What is signed of it."""
        self.ensure_one()
        digits = self.currency_id.decimal_places if self.currency_id else 0
        return {
            "check": self.check_name,
            "kind": self.kind,
            "key": self.key,
            "title": self.title or "",
            "currency": self.currency_id.name or "",
            "there": f"{self.amount_there:.{digits}f}" if self.has_there else None,
            "here": f"{self.amount_here:.{digits}f}" if self.has_here else None,
            "difference": f"{self.difference:.{digits}f}",
            "state": self.state,
            "explanation": self.explanation or "",
            "explained_by": self.explained_by.name or "",
            "done": self.fix_note or "",
            "closed_at": fields.Datetime.to_string(self.closed_at) or "",
        }


def _same(one: list, other: list) -> bool:
    """Equal as far as both say something; sums by value."""
    if one[0] != other[0] or Decimal(one[1]) != Decimal(other[1]):
        return False
    return len(one) < 3 or len(other) < 3 or one[2] == other[2]


def _figure(figure: list | None, currency: str) -> str:
    return f"{figure[0]}, {figure[1]} {currency}".strip() if figure else "0"
