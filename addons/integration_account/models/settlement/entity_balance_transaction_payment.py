# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ... import categories
from ...movements import Movement
from ...payments import amount_text, decimal_of


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """The payment a movement is about: its customer, its account, its gross amount."""

    _inherit = "integration.entity.balance_transaction"

    # === FINDING IT === #

    @api.model
    def _find_payments(self, movements: list[Movement]) -> None:
        """Set the payment of each movement that is about one.

        A few statements for all, whatever their number.
        """
        wanted = {m.external_id: self._payment_reference(m) for m in movements}
        found = self._read_payments({ref for ref in wanted.values() if ref})
        for movement in movements:
            record = found.get(wanted[movement.external_id])
            if record is None:
                continue
            move = self._move_of(record)
            movement.payment = record
            movement.partner = move.partner_id.commercial_partner_id
            movement.receivable = move.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )[:1]
        self._leave_to_persons([m for m in movements if m.open])

    @api.model
    def _payment_reference(self, movement: Movement) -> tuple | None:
        """(model, id) of the payment it names, or of its refund or dispute."""
        if movement.category not in categories.OF_PAYMENTS:
            return None
        if found := movement.reference("payment"):
            return found
        for name in ("refund", "dispute"):
            if found := movement.reference(name):
                record = self.env[found[0]].browse(found[1]).sudo()
                if record.payment_res_id:
                    return record.payment_model, record.payment_res_id
        return None

    @api.model
    def _read_payments(self, references: set[tuple]) -> dict[tuple, object]:
        """(model, id) → record, of those that are still there; journal items read."""
        found = {}
        for model in {model for model, _id in references}:
            ids = [res_id for name, res_id in references if name == model]
            for record in self.env[model].browse(ids).exists():
                # A payment that was received elsewhere is linked to its invoice.
                if model == "account.move" and record.is_invoice():
                    continue
                found[model, record.id] = record
        return found

    @api.model
    def _move_of(self, record):
        """The journal entry of an account.payment or account.move."""
        return record.move_id if record._name == "account.payment" else record

    @api.model
    def _leave_to_persons(self, movements: list[Movement]) -> None:
        """A payment stands for one charge; a further one needs the word of a person."""
        charges = [m for m in movements if m.category == "charge" and m.payment]
        # sudo: core's own table.
        rows = self.env["integration.settlement.line"].sudo()
        rows = rows.search(
            [
                ("category", "=", "charge"),
                ("state", "=", "booked"),
                ("payment_model", "in", list({m.payment._name for m in charges})),
                ("payment_res_id", "in", [m.payment.id for m in charges]),
            ]
        )
        taken = {(x.payment_model, x.payment_res_id): x.external_id for x in rows}
        for movement in charges:
            slot = movement.payment._name, movement.payment.id
            other = taken.setdefault(slot, movement.external_id)
            if other == movement.external_id:
                continue
            if movement.row and movement.row.chosen_account_id:
                movement.payment = movement.receivable = None
            else:
                movement.item.fail(self._is_taken(movement, other))

    @api.model
    def _is_taken(self, movement: Movement, other: str) -> BusinessRuleError:
        return self._refusal(
            self.env._(
                "Balance transaction %(id)s (%(amount)s) is about %(payment)s, for "
                "which %(other)s has brought the money already.",
                id=movement.external_id,
                amount=amount_text(movement.amount, movement.currency),
                payment=movement.payment.display_name,
                other=other,
            ),
            self.env._("Press Book to… and choose account and customer."),
            f"book_to:{movement.category}",
        )

    # === WHETHER IT FITS === #

    @api.model
    def _check_payment(self, movement: Movement) -> None:
        """Refuse a movement whose payment is not in the books as it should be.

        :raises BusinessRuleError: not there, not posted, elsewhere, another amount
        """
        if movement.category not in categories.OF_PAYMENTS:
            return
        if not movement.payment:
            self._check_without_payment(movement)
            return
        move = self._move_of(movement.payment)
        if move.state != "posted":
            raise self._refusal(
                self.env._(
                    "Balance transaction %(id)s is about %(payment)s, which is not "
                    "posted in Odoo (any more).",
                    id=movement.external_id,
                    payment=movement.payment.display_name,
                ),
                self.env._("Post it, then retry."),
                self._cause("payment_not_posted", movement),
            )
        if movement.side == categories.NONE:
            self._check_charge(movement, move)
        elif movement.side == categories.RECEIVABLE:
            self._check_receivable(movement)

    @api.model
    def _check_without_payment(self, movement: Movement) -> None:
        """Without a payment only the word of a person helps, or none is needed."""
        needs = movement.side in (categories.NONE, categories.RECEIVABLE)
        if needs and not (movement.row and movement.row.chosen_account_id):
            raise self._refusal(
                self.env._(
                    "Balance transaction %(id)s (%(amount)s) is about a payment that "
                    "is not in Odoo.",
                    id=movement.external_id,
                    amount=amount_text(movement.amount, movement.currency),
                ),
                self.env._(
                    "Press Book to… and choose account and customer, or enter the "
                    "payment, link it and retry."
                ),
                f"book_to:{movement.category}",
            )

    @api.model
    def _check_charge(self, movement: Movement, move) -> None:
        """It fits its payment, or a person has said where else it belongs.

        :raises BusinessRuleError: neither
        """
        try:
            self._check_gross(movement, move)
        except BusinessRuleError:
            if not (movement.row and movement.row.chosen_account_id):
                raise
            movement.payment = movement.receivable = None

    @api.model
    def _check_gross(self, movement: Movement, move) -> None:
        """The payment stands on the clearing account with just this amount."""
        clearing = movement.gateway.clearing_account_id.id
        lines = move.line_ids.filtered(lambda line: line.account_id.id == clearing)
        if not lines:
            other = move.line_ids - movement.receivable
            raise self._refusal(
                self.env._(
                    "%(payment)s is booked on %(other)s, and its money moved on "
                    "%(clearing)s.",
                    payment=movement.payment.display_name,
                    other=other[:1].account_id.display_name or move.journal_id.name,
                    clearing=movement.gateway.clearing_account_id.display_name,
                ),
                self.env._(
                    "Book it on the clearing account instead (if Odoo's own payment "
                    "provider made it, that is the outstanding account of its "
                    "journal), then retry."
                ),
                self._cause("payment_elsewhere", movement),
            )
        gross = sum(
            (decimal_of(line.amount_currency, line.currency_id) for line in lines),
            Decimal(0),
        )
        if lines.currency_id.ids == movement.currency.ids and gross == movement.amount:
            return
        raise self._refusal(
            self.env._(
                "%(payment)s is booked with %(booked)s on the clearing account, and "
                "the balance moved by %(amount)s (%(id)s).",
                payment=movement.payment.display_name,
                booked=amount_text(gross, lines.currency_id[:1]),
                amount=amount_text(movement.amount, movement.currency),
                id=movement.external_id,
            ),
            self.env._(
                "The two must be equal. Compare the payment with the other system, "
                "correct it in Odoo, then retry."
            ),
            self._cause("settlement_differs", movement),
        )

    @api.model
    def _check_receivable(self, movement: Movement) -> None:
        """Money goes back in the currency it was paid in."""
        line = movement.receivable
        if not line:
            raise self._refusal(
                self.env._(
                    "%(payment)s, which balance transaction %(id)s is about, is not "
                    "on a customer's account.",
                    payment=movement.payment.display_name,
                    id=movement.external_id,
                ),
                self.env._("Correct the payment in Odoo, then retry."),
                self._cause("receivable_account", movement),
            )
        if line.currency_id.id == movement.original_currency.id:
            return
        raise self._refusal(
            self.env._(
                "Balance transaction %(id)s is %(amount)s, and it is about a payment "
                "in %(currency)s. It does not say how much that was.",
                id=movement.external_id,
                amount=amount_text(movement.original, movement.original_currency),
                currency=line.currency_id.name,
            ),
            self.env._("Look at the mapping of balance transactions, then retry."),
            "original_currency",
        )

    @api.model
    def _refusal(self, message: str, hint: str, cause: str) -> BusinessRuleError:
        return BusinessRuleError(message, hint=hint, details={"cause": cause})

    @api.model
    def _cause(self, kind: str, movement: Movement) -> str:
        """A cause that leads to the payment."""
        return f"{kind}:{movement.payment._name},{movement.payment.id}"
