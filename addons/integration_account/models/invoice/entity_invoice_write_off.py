# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
)

from ... import ledger
from ...invoice_draft import InvoiceDraft, StatusChange


class IntegrationEntityInvoice(models.AbstractModel):
    """Uncollectible: noted, or written off as bad debt, by the connector's policy.

    The whole open amount goes to the bad debt account. Whether the tax in it can be
    claimed back differs by country; the accountant books that.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _when_uncollectible(self, connector, change: StatusChange, done: dict) -> str:
        """What an uncollectible document needs.

        :raises engine.errors.BusinessRuleError: the accounts for it are not set up
        """
        item, move = change.item, change.move
        change.date = self._day(connector, change, "uncollectible_at")
        if done["void"] or done["write_off"] or move.state == "cancel":
            return ""
        if connector.uncollectible_policy != "write_off" or move.state == "draft":
            noted = item.base.get("uncollectible") == str(change.date)
            item.base["uncollectible"] = str(change.date)
            return "" if noted else "_note_uncollectible"
        if move.currency_id.is_zero(move.amount_residual):
            return ""
        self._check_write_off(connector, change)
        change.date = max(change.date, move.invoice_date)
        return "_write_off"

    # === UNCOLLECTIBLE WHEN IT IS FIRST SEEN === #

    @api.model
    def _plan_giving_up(self, connector, drafts: list[InvoiceDraft]) -> None:
        """See what follows at once for a document that is uncollectible already.

        It is booked and then given up, as if two messages had come. All that can stop
        that is looked at before, so that no document is left half done.
        """
        drafts = [d for d in drafts if d.record.get("status") == "uncollectible"]
        self._each(drafts, self._plan_ending, connector)
        endings = [d.ending for d in drafts if d.remaining and d.ending.action]
        planned = [change for change in endings if change.action == "_write_off"]
        if planned:
            journal = self._write_off_journal()
            self._ask_for(connector, planned, "write_off", "entry", journal)

    @api.model
    def _plan_ending(self, draft: InvoiceDraft, connector) -> None:
        change = draft.ending = StatusChange(draft.item, None, draft.number)
        change.date = self._day(connector, change, "uncollectible_at") or draft.date
        change.action = "_note_uncollectible"
        draft.item.base["uncollectible"] = str(change.date)
        owed = draft.amounts.total and not draft.refund
        posted = connector.posting_policy == "post"
        if connector.uncollectible_policy == "write_off" and owed and posted:
            self._check_write_off(connector, change)
            change.date = max(change.date, draft.date)
            change.action = "_write_off"

    @api.model
    def _give_up(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Note or write off what was booked, or linked, and is uncollectible."""
        drafts = [
            draft
            for draft in drafts
            if draft.move
            and draft.item.open
            and draft.record.get("status") == "uncollectible"
        ]
        for draft in drafts:
            if not draft.ending:
                self._plan_linked(connector, draft)
            draft.ending.move = draft.move
        for action in ("_note_uncollectible", "_write_off"):
            group = [d for d in drafts if d.item.open and d.ending.action == action]
            told = [(d, d.item.operation, d.item.diff) for d in group]
            if group:
                getattr(self, action)(connector, [d.ending for d in group])
            for draft, operation, diff in told:
                self._tell_both(draft, operation, diff)

    @api.model
    def _plan_linked(self, connector, draft: InvoiceDraft) -> None:
        """As for a known document: Odoo had it before."""
        change = draft.ending = StatusChange(draft.item, draft.move, draft.number)
        try:
            change.action = self._when_uncollectible(
                connector, change, {"void": None, "write_off": None}
            )
        except IntegrationError as error:
            draft.item.fail(error)

    @api.model
    def _tell_both(self, draft: InvoiceDraft, operation: str, diff: dict) -> None:
        """The log shows the booking, with the journal items of both entries."""
        item, entry = draft.item, draft.ending.entry
        item.operation = operation
        item.diff = {**diff, **item.diff}
        if entry:
            item.diff["ledger"] = ledger.of(draft.move | entry)

    # === WRITE-OFF === #

    @api.model
    def _check_write_off(self, connector, change: StatusChange) -> None:
        if not connector.bad_debt_account_id:
            why = self.env._("The connector has no bad debt account.")
            hint = self.env._(
                "Choose one on the connector (Accounting), or let such invoices only "
                "be noted; then retry."
            )
        elif not self._write_off_journal():
            why = self.env._("There is no journal for miscellaneous entries.")
            hint = self.env._(
                "Create one under Accounting > Configuration > Journals, then retry."
            )
        else:
            return
        raise BusinessRuleError(
            self.env._(
                "Uncollectible invoice %(number)s was not written off. %(why)s",
                number=change.number,
                why=why,
            ),
            hint=hint,
            details={"cause": "write_off_setup"},
        )

    @api.model
    def _write_off_journal(self):
        """Journal of write-offs: the company's first for miscellaneous entries."""
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.env.company),
                ("type", "=", "general"),
            ],
            limit=1,
        )

    @api.model
    def _note_uncollectible(self, connector, changes: list[StatusChange]) -> None:
        """Say it in the chatter; books stay as they are."""
        self._tell_change(connector, changes, "uncollectible")
        for change in changes:
            change.item.notes.append(
                self.env._(
                    "Uncollectible in the system since %(date)s; nothing was booked.",
                    date=change.date,
                )
            )

    @api.model
    def _write_off(self, connector, changes: list[StatusChange]) -> None:
        """Book open amounts to the bad debt account and reconcile them.

        :raises engine.errors.BusinessRuleError: something stays open; everything of
            the batch is undone
        """
        journal = self._write_off_journal()
        unasked = [change for change in changes if not change.request]
        self._ask_for(connector, unasked, "write_off", "entry", journal)
        changes = [change for change in changes if change.item.open]
        if not changes:
            return
        account = connector.bad_debt_account_id.with_env(self.env)
        entries = self.env["account.move"].create(
            [self._write_off_values(change, journal, account) for change in changes]
        )
        entries._post(soft=False)
        before = {c.move: self._state(c.move, "payment_state") for c in changes}
        for change, entry in zip(changes, entries, strict=True):
            change.entry = entry
            lines = self._open_items(change.move)
            accounts = lines.account_id
            (
                lines | entry.line_ids.filtered(lambda x, a=accounts: x.account_id in a)
            ).reconcile()
            if not change.move.currency_id.is_zero(change.move.amount_residual):
                raise self._still_open(change)
        self._settle(connector, changes, "write_off")
        for change in changes:
            change.item.operation = "reconcile"
            change.item.diff = self._entry_diff(change, before[change.move])

    @api.model
    def _open_items(self, move):
        """The journal items of the document that are owed."""
        return move.line_ids.filtered(
            lambda x: x.account_type == "asset_receivable" and not x.reconciled
        )

    @api.model
    def _write_off_values(self, change: StatusChange, journal, account) -> dict:
        """The entry: bad debt against what is open, in the document's currency."""
        label = self.env._("Invoice %(number)s uncollectible", number=change.number)
        lines = []
        for item in self._open_items(change.move):
            common = {
                "name": label,
                "partner_id": item.partner_id.id,
                "currency_id": item.currency_id.id,
                "tax_ids": [Command.clear()],
            }
            amount, balance = item.amount_residual_currency, item.amount_residual
            lines += [
                common
                | {
                    "account_id": account.id,
                    "amount_currency": amount,
                    "balance": balance,
                },
                common
                | {
                    "account_id": item.account_id.id,
                    "amount_currency": -amount,
                    "balance": -balance,
                },
            ]
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": change.request.date,
            "ref": label,
            "line_ids": [Command.create(line) for line in lines],
        }

    @api.model
    def _still_open(self, change: StatusChange) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "The write-off of invoice %(number)s would not settle it.",
                number=change.number,
            ),
            hint=self.env._(
                "Write %(name)s off in Odoo by hand, then skip the message.",
                name=change.move.name,
            ),
        )
