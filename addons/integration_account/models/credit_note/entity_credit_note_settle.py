# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import InvoiceDraft
from ...payments import amount_text, money_text, open_amount
from ..payment.account_move_line import LIMITS
from ..period.period_guard_reconciled import Reconciled

# Kept with the link: what should have lowered its invoice, and found nothing open.
UNREDUCED = "unreduced"


class IntegrationEntityCreditNote(models.AbstractModel):
    """Where the amount of a credit note goes once it is posted.

    What lowers the open amount is reconciled with the invoice, exactly so much; what
    goes to the balance of the customer is booked there; what is paid back stays open
    for the refund, which reconciles the two when it comes.
    """

    _inherit = "integration.entity.credit_note"

    @api.model
    def _check_origin(self, draft: InvoiceDraft, connector) -> None:
        """Override to stop where the invoice was written off: nothing is owed."""
        super()._check_origin(draft, connector)
        wanted = self._parts_of_total(draft.record)["reduces_due"]
        origin = draft.origin
        if not wanted or open_amount(self._open_items(origin)):
            return
        external_id = draft.record["invoice"]["external_id"]
        effects = self.env["integration.effect"]
        key = effects._key(connector, external_id, "write_off")
        effect = effects._happened([key]).get(key)
        if not effect or self._is_undone(effect):
            return
        entry = self.env["account.move"].browse(effect.res_id)
        raise self._bad_origin(
            draft,
            self.env._(
                "%(name)s was written off by %(entry)s, so nothing of it is open.",
                name=origin.display_name,
                entry=entry.display_name,
            ),
            self.env._(
                "Reverse %(entry)s, so that the invoice is open again, then retry.",
                entry=entry.name,
            ),
            f"credit_note_of_write_off:{origin.id}",
        )

    # === ORDER === #

    @api.model
    def _settle_credit(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Reconcile with the invoice, book the balance, hand over to the refunds."""
        here = [d for d in drafts if d.move and d.item.open]
        booked = [
            d for d in here if d.item.operation == "post" and d.move.state == "posted"
        ]
        self._reduce(connector, booked)
        self._settle_balances(connector, booked)
        self._tell_invoices(booked)
        self._hand_to_refunds(connector, here)

    @api.model
    def _hand_to_refunds(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Say which refunds pay which credit notes out, whatever comes first."""
        rows = [
            {
                "refund": part["refund"],
                "move": draft.move,
                "event_id": draft.item.event_id or False,
            }
            for draft in drafts
            for part in draft.record.get("refunds") or ()
            if draft.move.state == "posted"
        ]
        if rows:
            self.env["integration.refund"]._claim_credit_notes(connector, rows)

    @api.model
    def _balance_amounts(self, record: dict) -> dict[str, Decimal]:
        """Override of `integration.entity.invoice`: what it gave to the balance."""
        return {"balance": -self._parts_of_total(record)["to_balance"]}

    # === THE INVOICE === #

    @api.model
    def _reduce(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Reconcile with the invoices as much as they were lowered by: one plan."""
        left: dict = {}
        plans, limits, done = [], {}, []
        for draft in drafts:
            credit = self._open_items(draft.move)[:1]
            debits = self._open_items(draft.origin)
            due = left.setdefault(draft.origin.id, open_amount(debits))
            wanted = self._wanted(draft, due)
            share = min(wanted, due, open_amount(credit))
            left[draft.origin.id] -= share
            if share < wanted:
                draft.item.base[UNREDUCED] = str(wanted - share)
                self._note_less(draft, wanted, share)
            if share:
                plans.append(credit | debits)
                limits[credit.id, draft.origin.id] = float(share)
                done.append((draft, credit, due, share))
        lines = self.env["account.move.line"].with_context(**{LIMITS: limits})
        lines._reconcile_plan(plans)
        for draft, credit, due, share in done:
            self._verify_reduced(draft, credit, share, left)
            self._say_reduced(draft, due, share)
        self._look_at_dates(connector, done)
        self._record_reduced(connector, done)

    @api.model
    def _wanted(self, draft: InvoiceDraft, due: Decimal) -> Decimal:
        """What lowers the open amount; unsaid: as much as is open."""
        parts = self._parts_of_total(draft.record)
        if draft.record.get("reduces_due") is not None:
            return parts["reduces_due"]
        return min(due, draft.amounts.total - sum(parts.values()))

    @api.model
    def _verify_reduced(self, draft, credit, share: Decimal, left: dict) -> None:
        """:raises engine.errors.BusinessRuleError: something else is open than should
        be; everything of the batch is undone
        """
        rest = draft.amounts.total - share
        open_there = open_amount(self._open_items(draft.origin))
        if open_amount(credit) == rest and open_there == left[draft.origin.id]:
            return
        raise BusinessRuleError(
            self.env._(
                "%(document)s could not be reconciled with %(invoice)s exactly.",
                document=self._named(draft.number),
                invoice=draft.origin.display_name,
            ),
            hint=self.env._(
                "Look at what is reconciled with the invoice, then retry; or enter the "
                "credit note by hand."
            ),
            details={"cause": "credit_note_reconcile"},
        )

    @api.model
    def _look_at_dates(self, connector, done: list[tuple]) -> None:
        """What Odoo booked by itself (differences, taxes) must be in its month."""
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    draft.item,
                    f"{draft.item.external_id}|reconcile",
                    self._named(draft.number),
                    credit.matched_debit_ids | credit.matched_credit_ids,
                )
                for draft, credit, _due, _share in done
            ],
        )

    @api.model
    def _record_reduced(self, connector, done: list[tuple]) -> None:
        self.env["integration.effect"]._record(
            connector.company_id,
            [
                {
                    "key": self._effect_key(connector, draft.item, "reconcile"),
                    "model": "account.move",
                    "res_id": draft.origin.id,
                    "event_id": draft.item.event_id or False,
                }
                for draft, _credit, _due, _share in done
            ],
        )

    # === WORDS === #

    @api.model
    def _say_reduced(self, draft: InvoiceDraft, due: Decimal, share: Decimal) -> None:
        """Open amount of the invoice, before and after, in the log."""
        currency = draft.origin.currency_id
        label = self.env._("Open on %(invoice)s", invoice=draft.origin.display_name)
        amounts = (due, due - share)
        draft.item.diff[label] = [amount_text(amount, currency) for amount in amounts]

    @api.model
    def _note(self, connector, draft: InvoiceDraft):
        """Override of `integration.entity.invoice`: what it takes back, with a link."""
        body = super()._note(connector, draft)
        link = draft.origin._get_html_link()
        return self._lines(body, self.env._("It takes back %(link)s.", link=link))

    @api.model
    def _tell_invoices(self, drafts: list[InvoiceDraft]) -> None:
        """A note on each invoice: credited by what, and how much is owed now."""
        bodies: dict = {}
        for draft in drafts:
            currency = draft.origin.currency_id
            due = open_amount(self._open_items(draft.origin))
            text = self.env._(
                "%(amount)s credited by %(link)s; %(due)s are open.",
                amount=amount_text(draft.amounts.total, currency),
                link=draft.move._get_html_link(),
                due=amount_text(due, currency),
            )
            bodies.setdefault(draft.origin.id, []).append(text)
        moves = self.env["account.move"].browse(bodies)
        moves._message_log_batch({i: self._lines(*said) for i, said in bodies.items()})

    @api.model
    def _note_less(self, draft: InvoiceDraft, wanted: Decimal, share: Decimal) -> None:
        currency = draft.origin.currency_id
        draft.item.notes.append(
            self.env._(
                "It lowers what is owed by %(wanted)s, and %(invoice)s had only "
                "%(share)s open in Odoo; the rest stays as credit of the customer.",
                wanted=amount_text(wanted, currency),
                share=amount_text(share, currency),
                invoice=draft.origin.display_name,
            )
        )

    @api.model
    def _settled_otherwise(self, record: dict) -> list[str]:
        """Override of `integration.entity.invoice`: what was settled outside."""
        outside = record.get("outside")
        if not outside or not Decimal(outside["amount"]):
            return []
        return [
            self.env._(
                "%(amount)s were settled outside of the system: record here how it "
                "was paid back.",
                amount=money_text(outside),
            )
        ]
