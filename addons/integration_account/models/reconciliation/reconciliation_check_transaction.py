# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.reconcile import Entry
from odoo.addons.integration_core.models.reconciliation.reconciliation_check import Fix

# Of these the amount itself is a fee: there is no second one to compare.
FEES = ("fee", "tax", "network_cost")


class IntegrationReconciliationCheckBalanceTransaction(models.AbstractModel):
    """The gateway's ledger against the clearing account, movement by movement.

    Here counts what stands in the books, not what the hub once wrote: the posted
    journal items of the clearing accounts. What no movement stands for is listed too.
    """

    _name = "integration.reconciliation.check.balance_transaction"
    _inherit = "integration.reconciliation.check"
    _description = "Movements of the Balance"

    _check = "balance_transaction"
    _entity = "balance_transaction"
    _entities = ("balance_transaction",)
    _rank = 20

    @api.model
    def _label(self):
        return self.env._("Movements of the balance")

    # === THERE === #

    @api.model
    def _there(self, run):
        return [
            self._entry_there(run, control)
            for control in self._controls(run, self._entity)
        ]

    @api.model
    def _entry_there(self, run, control) -> Entry:
        gross = Decimal(control.amount["amount"])
        fee = Decimal(control.fee["amount"]) if control.fee else Decimal(0)
        original = control.original
        return self._entry_of(
            run,
            control,
            key=control.external_id,
            amount=gross - fee,
            fee=None if control.status in FEES else fee,
            original=original and (Decimal(original["amount"]), original["currency"]),
            title=self._title_there(control),
            note=control.source,
        )

    @api.model
    def _title_there(self, control) -> str:
        kinds = self.env["integration.settlement.line"]._fields["category"]
        labels = dict(kinds._description_selection(self.env))
        kind = labels.get(control.status, control.status)
        return f"{kind} {control.note or control.external_id}".strip()

    # === HERE === #

    @api.model
    def _here(self, run):
        items = self._clearing_items(
            run, [("date", ">=", run.date_from), ("date", "<=", run.date_to)]
        )
        rows = self._rows_behind(run, items.move_id)
        entries, owned = self._entries_of(run, rows)
        opening = self._opening_moves(run)
        loose = items.filtered(
            lambda item: item.id not in owned and item.move_id not in opening
        )
        return entries + self._loose_entries(loose)

    @api.model
    def _known(self, run, there):
        rows = self.env["integration.settlement.line"]._rows_of(
            run.connector_id, [entry.key for entry in there]
        )
        booked = [row.id for row in rows.values() if row.state == "booked"]
        entries, _owned = self._entries_of(
            run, self.env["integration.settlement.line"].sudo().browse(booked)
        )
        return entries

    @api.model
    def _clearing_items(self, run, domain: list):
        """Posted journal items of the clearing accounts that move their balance."""
        accounts = self._gateways(run).clearing_account_id
        return self.env["account.move.line"].search(
            [
                ("account_id", "in", accounts.ids),
                ("company_id", "=", run.company_id.id),
                ("parent_state", "=", "posted"),
                ("amount_currency", "!=", 0),
                *domain,
            ],
            order="id",
        )

    @api.model
    def _gateways(self, run):
        return run.connector_id.sudo().gateway_journal_ids

    @api.model
    def _rows_behind(self, run, moves):
        """Balance transactions that these entries book, or whose payment they are."""
        payments = moves.origin_payment_id
        rows = self.env["integration.settlement.line"].sudo()
        return rows.search(
            [
                ("connector_id", "=", run.connector_id.id),
                ("state", "=", "booked"),
                "|",
                "|",
                ("move_id", "in", moves.ids),
                "&",
                ("payment_model", "=", "account.payment"),
                ("payment_res_id", "in", payments.ids),
                "&",
                ("payment_model", "=", "account.move"),
                ("payment_res_id", "in", moves.ids),
            ]
        )

    @api.model
    def _entries_of(self, run, rows) -> tuple[list[Entry], set]:
        """What the books have of balance transactions, and the items that are theirs.

        :param rows: integration.settlement.line records, system rights
        """
        pieces = self._pieces_by_row(rows)
        moves = {move for found in pieces.values() for move in found}
        items = self._clearing_items(run, [("move_id", "in", list(moves))])
        by_move = items.grouped("move_id")
        entries, owned = [], set()
        for row in rows:
            mine = self.env["account.move.line"]
            for move_id in pieces[row.id]:
                mine |= by_move.get(self.env["account.move"].browse(move_id), mine)
            owned |= set(mine.ids)
            by_currency = mine.grouped("currency_id")
            entries += [
                self._entry_here(row, currency, group)
                for currency, group in by_currency.items()
            ]
        return entries, owned

    @api.model
    def _pieces_by_row(self, rows) -> dict:
        """Row id → ids of the entries that hold its legs."""
        payments = self.env["account.payment"].browse(
            row.payment_res_id
            for row in rows
            if row.category == "charge" and row.payment_model == "account.payment"
        )
        move_of = {payment.id: payment.move_id.id for payment in payments.exists()}
        pieces = defaultdict(list)
        for row in rows:
            if row.move_id:
                pieces[row.id].append(row.move_id.id)
            if row.category != "charge" or not row.payment_res_id:
                continue
            by_payment = row.payment_model == "account.payment"
            move = move_of.get(row.payment_res_id) if by_payment else row.payment_res_id
            if move:
                pieces[row.id].append(move)
        return pieces

    @api.model
    def _entry_here(self, row, currency, items) -> Entry:
        """One balance transaction as its journal items have it."""
        own = row.move_id.with_env(self.env)
        dated = items.filtered(lambda item: item.move_id == own)[:1] or items[:1]
        original = None
        if row.original_currency_id and row.original_currency_id != row.currency_id:
            original = (
                self._money(row.original_amount, row.original_currency_id),
                row.original_currency_id.name,
            )
        record = own or dated.move_id
        return Entry(
            key=row.external_id,
            amount=self._sum(items, currency),
            currency=currency.name,
            day=dated.date,
            title=record.display_name,
            model="account.move",
            res_id=record.id,
            fee=self._booked_fee(row, own),
            original=original,
            own_day=row.date,
            external_id=row.external_id,
            note=record.ref or "",
        )

    @api.model
    def _sum(self, items, currency) -> Decimal:
        return sum(
            (self._money(item.amount_currency, currency) for item in items), Decimal(0)
        )

    @api.model
    def _booked_fee(self, row, move) -> Decimal | None:
        """What its entry has on accounts for fees; None where all of it is a fee."""
        if row.category in FEES:
            return None
        gateway = row.connector_id.gateway_journal_ids.filtered(
            lambda g: g.currency_id == row.currency_id
        )
        accounts = gateway.fee_account_id | gateway.fee_tax_account_id
        items = move.line_ids.filtered(lambda item: item.account_id in accounts)
        if move.state != "posted":
            return Decimal(0)
        return self._sum(items, row.currency_id)

    @api.model
    def _loose_entries(self, items) -> list[Entry]:
        """Items of the clearing account that no balance transaction stands for."""
        return [
            Entry(
                key=f"account.move,{move.id}",
                amount=self._sum(group, currency),
                currency=currency.name,
                day=move.date,
                title=move.display_name,
                model="account.move",
                res_id=move.id,
                note=move.ref or "",
            )
            for move, of_move in items.grouped("move_id").items()
            for currency, group in of_move.grouped("currency_id").items()
        ]

    @api.model
    def _opening_moves(self, run):
        """Entries that book the opening balance, and what reverses them."""
        openings = self.env["integration.opening.balance"].sudo()
        moves = openings.search([("connector_id", "=", run.connector_id.id)])
        return (moves.move_id | moves.reversal_id).with_env(self.env)

    # === WHAT BELONGS TOGETHER === #

    @api.model
    def _align(self, run, there, here):
        """A payment whose balance transaction is not here yet lacks only its fee."""
        known = {entry.key for entry in here}
        sources = {e.note: e.key for e in there if e.note and e.key not in known}
        links = self._links(run, "payment", [("external_id", "in", list(sources))])
        payments = self.env["account.payment"].browse(
            res_id for model, res_id in links.values() if model == "account.payment"
        )
        move_of = {p.id: p.move_id.id for p in payments.exists()}
        keys = {}
        for source, (model, res_id) in links.items():
            move = move_of.get(res_id) if model == "account.payment" else res_id
            keys[f"account.move,{move}"] = sources[source]
        return there, [
            replace(entry, key=keys[entry.key], fee=Decimal(0))
            if entry.key in keys
            else entry
            for entry in here
        ]

    @api.model
    def _pending_there(self, run, here):
        """Payments whose movement the gateway has not made yet: that takes hours."""
        moves = {
            int(entry.key.split(",")[1]): entry.key
            for entry in here
            if entry.key.startswith("account.move,")
        }
        found = self.env["account.move"].browse(moves).exists()
        effects = self.env["integration.effect"].sudo()
        pairs = [("account.move", found.ids)]
        pairs.append(("account.payment", found.origin_payment_id.ids))
        pending = set()
        for model, ids in pairs:
            paid = effects.search(
                [
                    ("model", "=", model),
                    ("res_id", "in", ids),
                    ("key", "=like", "%|pay"),
                ]
            )
            for record in self.env[model].browse(paid.mapped("res_id")):
                move = record if model == "account.move" else record.move_id
                pending.add(moves[move.id])
        return pending

    @api.model
    def _fixes(self, line):
        fixes = super()._fixes(line)
        if line.kind == "missing_there":
            return [Fix("open_document", self.env._("Open entry"))]
        return fixes
