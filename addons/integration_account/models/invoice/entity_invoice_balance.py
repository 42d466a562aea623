# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    LockedPeriodError,
)

from ... import ledger
from ...invoice_draft import BalancePart, InvoiceDraft, StatusChange
from ...messages import GuardRequest
from ...payments import amount_text
from ..payment.account_move_line import LIMITS
from ..period.period_guard_reconciled import Reconciled

# Effects of a document that are entries against the customer's balance.
BALANCE_EFFECTS = ("balance", "overpaid")


class IntegrationShiftedDocument(models.Model):
    """Entries against the balance of a customer may wait like any other."""

    _inherit = "integration.shifted.document"

    kind = fields.Selection(
        selection_add=[
            ("balance", "Customer balance"),
            ("overpaid", "Overpaid amount"),
        ],
        ondelete={"balance": "cascade", "overpaid": "cascade"},
    )


class IntegrationEntityInvoice(models.AbstractModel):
    """The balance that a system keeps for its customers, on an account of its own.

    A system takes it for the next invoice, and puts there what was overpaid, totals
    below zero and those too small to charge. No message tells of the balance itself;
    each document says what it took or gave. Without an account nothing is booked: the
    note on the document says it, and it stays open on the customer's account.
    """

    _inherit = "integration.entity.invoice"

    # === WHAT A DOCUMENT SAYS === #

    @api.model
    def _balance_amounts(self, record: dict) -> dict[str, Decimal]:
        """Effect → amount: positive where the balance pays the document."""
        applied = Decimal((record.get("balance_applied") or {}).get("amount") or 0)
        over = Decimal((record.get("overpaid") or {}).get("amount") or 0)
        return {"balance": applied, "overpaid": -over}

    @api.model
    def _balance_parts(self, connector, item, number: str, day) -> list[BalancePart]:
        """What is to be booked of a document, if the connector books balances."""
        if not connector.customer_balance_account_id:
            return []
        paid = connector._document_date(item.canonical.get("paid_at")) or day
        days = {"balance": day, "overpaid": paid}
        amounts = self._balance_amounts(item.canonical)
        return [
            BalancePart(item, number, kind, amount, days[kind])
            for kind, amount in amounts.items()
            if amount
        ]

    # === NEW DOCUMENTS === #

    @api.model
    def _plan_balances(self, connector, drafts: list[InvoiceDraft]) -> None:
        """See what follows at once, and ask for its day before anything is booked."""
        if connector.posting_policy != "post":
            return
        for draft in drafts:
            # What waits for a day asks for all its entries at once.
            held = isinstance(draft.item.error, LockedPeriodError)
            if draft.remaining or held:
                draft.balances = self._balance_parts(
                    connector, draft.item, draft.number, draft.date
                )
        planned = [part for draft in drafts for part in draft.balances]
        self._ask_for_balances(connector, planned)

    @api.model
    def _settle_balances(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Book what was planned for documents that are posted now."""
        parts = []
        for draft in drafts:
            if draft.move and draft.item.open and draft.item.operation == "post":
                for part in draft.balances:
                    part.move = draft.move
                    parts.append(part)
        self._book_balances(connector, parts)

    # === KNOWN DOCUMENTS === #

    @api.model
    def _follow_balances(self, connector, changes: list[StatusChange]) -> None:
        """Book what a document says now and did not say when it was booked."""
        parts = []
        for change in changes:
            move, item = change.move, change.item
            if not item.open or change.action in ("_void", "_void_drafts"):
                continue
            if not move or move.state != "posted" or change.record["status"] == "void":
                continue
            found = self._balance_parts(connector, item, change.number, move.date)
            for part in found:
                part.move = move
            parts += found
        happened = self.env["integration.effect"]._happened(
            [self._effect_key(connector, part.item, part.kind) for part in parts]
        )
        parts = [
            part
            for part in parts
            if self._effect_key(connector, part.item, part.kind) not in happened
        ]
        self._ask_for_balances(connector, parts)
        self._book_balances(connector, [part for part in parts if part.item.open])

    # === BOOKING === #

    @api.model
    def _ask_for_balances(self, connector, parts: list[BalancePart]) -> None:
        """Ask the period guard; refuse what cannot be booked at all."""
        if not parts:
            return
        journal = self._write_off_journal()
        for part in parts:
            if not journal:
                part.item.fail(self._no_journal(part))
                continue
            part.request = GuardRequest(
                item=part.item,
                journal=journal,
                wanted=part.date,
                has_tax=False,
                amount={
                    "amount": str(abs(part.amount)),
                    "currency": part.item.canonical["currency"],
                },
                model="account.move",
                kind=part.kind,
                title=self._balance_label(part),
            )
        asked = [part.request for part in parts if part.request]
        self.env["integration.period.guard"]._check(connector, asked)

    @api.model
    def _book_balances(self, connector, parts: list[BalancePart]) -> None:
        """Book and reconcile entries against the balances of customers.

        :raises engine.errors.BusinessRuleError: an entry was not posted as it should
            be; everything of the batch is undone
        """
        parts = [part for part in parts if part.item.open]
        if not parts:
            return
        account = connector.customer_balance_account_id.with_env(self.env)
        entries = self.env["account.move"].create(
            [self._balance_values(part, account) for part in parts]
        )
        entries._post(soft=False)
        for part, entry in zip(parts, entries, strict=True):
            part.entry = entry
            part.request.res_id = entry.id
            self._bind_balance(part)
        guard = self.env["integration.period.guard"]
        guard._booked(connector, [part.request for part in parts])
        self._match_balances(connector, parts, account)
        self.env["integration.effect"]._record(
            connector.company_id,
            [
                {
                    "key": self._effect_key(connector, part.item, part.kind),
                    "model": "account.move",
                    "res_id": part.entry.id,
                    "event_id": part.item.event_id or False,
                }
                for part in parts
            ],
        )
        self._tell_balances(connector, parts)

    @api.model
    def _bind_balance(self, part: BalancePart) -> None:
        """Link the entry to the document's object, so that both find each other."""
        part.item.bindings.append(
            {
                "entity": self._entity,
                "external_id": part.item.external_id,
                "role": part.kind,
                "model": "account.move",
                "res_id": part.entry.id,
            }
        )

    @api.model
    def _balance_values(self, part: BalancePart, account) -> dict:
        """The entry: the customer's account against the balance, at the document's
        rate."""
        move, label = part.move, self._balance_label(part)
        owed = move.line_ids.filtered(lambda x: x.account_type == "asset_receivable")
        balance = self._balance_in_company(part)
        common = {
            "name": label,
            "partner_id": move.commercial_partner_id.id,
            "currency_id": move.currency_id.id,
            "tax_ids": [Command.clear()],
        }
        sides = (
            (account, float(part.amount), balance),
            (owed.account_id[:1], -float(part.amount), -balance),
        )
        return {
            "move_type": "entry",
            "journal_id": part.request.journal.id,
            "date": part.request.date,
            "ref": label,
            "partner_id": move.commercial_partner_id.id,
            "line_ids": [
                Command.create(
                    common
                    | {
                        "account_id": side.id,
                        "amount_currency": amount,
                        "balance": value,
                    }
                )
                for side, amount, value in sides
            ],
        }

    @api.model
    def _balance_in_company(self, part: BalancePart) -> float:
        """Its value in the company's currency.

        At the rate of the document, so that no difference arises with it; what was
        overpaid is worth what it was on its day.
        """
        move, company = part.move, self.env.company
        currency = company.currency_id
        if move.currency_id == currency:
            return float(part.amount)
        if part.kind == "overpaid":
            return move.currency_id._convert(
                float(part.amount), currency, company, part.date
            )
        return currency.round(float(part.amount) / move.invoice_currency_rate)

    # === RECONCILING === #

    @api.model
    def _match_balances(self, connector, parts: list[BalancePart], account) -> None:
        """Let each entry meet what it pays, and the balance what it was made of."""
        plans = []
        for part in parts:
            own = self._open_items(part.entry)
            if part.amount > 0 or part.move.move_type == "out_refund":
                other = self._open_items(part.move)
            else:
                other = self._rests_of(part.move)
            other = other.filtered(lambda x, o=own: x.account_id == o.account_id)
            if own and other:
                plans.append(own | other)
        plans += self._balance_plans(parts, account)
        # LIMITS: what Odoo makes of it belongs to the day of the entry.
        lines = self.env["account.move.line"].with_context(**{LIMITS: {}})
        lines._reconcile_plan(plans)
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    part.item,
                    f"{part.item.external_id}|{part.kind}",
                    part.number,
                    part.entry.line_ids.matched_debit_ids
                    | part.entry.line_ids.matched_credit_ids,
                )
                for part in parts
            ],
        )

    @api.model
    def _rests_of(self, move):
        """What payments of an invoice have left: they paid more than the invoice."""
        credits = move.line_ids.matched_credit_ids.credit_move_id
        return credits.filtered(
            lambda x: (
                not x.reconciled
                and x.account_type == "asset_receivable"
                and x.move_id.move_type == "entry"
            )
        )

    @api.model
    def _balance_plans(self, parts: list[BalancePart], account) -> list:
        """Open items of each customer's balance that can meet: the oldest first."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.env.company.id),
                (
                    "partner_id",
                    "in",
                    [part.move.commercial_partner_id.id for part in parts],
                ),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date, id",
        )
        groups = lines.grouped(lambda x: (x.partner_id, x.currency_id)).values()
        return [
            group
            for group in groups
            if len({line.amount_residual_currency > 0 for line in group}) == 2
        ]

    # === WORDS === #

    @api.model
    def _balance_label(self, part: BalancePart) -> str:
        document = self._named(part.number)
        if part.kind == "overpaid":
            return self.env._("Overpaid, %(document)s", document=document)
        return self.env._("Customer balance, %(document)s", document=document)

    @api.model
    def _tell_balances(self, connector, parts: list[BalancePart]) -> None:
        """A line in the log of each message, and a note on each document."""
        bodies: dict = {}
        for part in parts:
            amount = amount_text(abs(part.amount), part.move.currency_id)
            words = {"amount": amount, "link": part.entry._get_html_link()}
            if part.amount > 0:
                text = self.env._(
                    "%(amount)s of the customer's balance: %(link)s.", **words
                )
            else:
                text = self.env._(
                    "%(amount)s went to the customer's balance: %(link)s.", **words
                )
            bodies.setdefault(part.move.id, []).append(text)
            item, entries = part.item, part.move | part.entry
            if item.operation == "none":
                item.operation, entries = "reconcile", part.entry
            item.diff["ledger"] = ledger.of(entries)
        moves = self.env["account.move"].browse(bodies)
        moves._message_log_batch({i: self._lines(*said) for i, said in bodies.items()})

    @api.model
    def _no_journal(self, part: BalancePart) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "%(document)s was not booked. There is no journal for miscellaneous "
                "entries, which the customer's balance needs.",
                document=self._named(part.number),
            ),
            hint=self.env._(
                "Create one under Accounting > Configuration > Journals, then retry."
            ),
            details={"cause": "balance_setup"},
        )
