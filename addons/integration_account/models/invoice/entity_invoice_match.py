# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    DuplicateCandidateError,
)

from ...invoice_draft import InvoiceDraft
from ...payments import money_text


class IntegrationEntityInvoice(models.AbstractModel):
    """Is the document in Odoo already? Then it is linked and not booked again."""

    _inherit = "integration.entity.invoice"

    @api.model
    def _find_booked(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Link documents that Odoo has; leave out those before the start date."""
        drafts = [draft for draft in drafts if draft.remaining]
        gone = self._by_ledger(connector, drafts)
        older = [d for d in drafts if d.remaining and self._is_older(connector, d)]
        newer = [d for d in drafts if d.remaining and d not in older]
        self._link_older(connector, older)
        self._link_by_number(connector, newer)
        for draft in gone:
            if draft.remaining:
                draft.item.fail(self._deleted_here(draft))

    # === THE LEDGER OF EFFECTS === #

    @api.model
    def _by_ledger(self, connector, drafts) -> list[InvoiceDraft]:
        """Link what was booked before, perhaps by another connector to the account.

        :return: drafts that were booked and whose document is gone
        """
        effects = self.env["integration.effect"]
        keys = {self._post_key(connector, draft.item): draft for draft in drafts}
        happened = effects._happened(list(keys))
        moves = self.env["account.move"].browse(e.res_id for e in happened.values())
        alive = {move.id: move for move in moves.exists()}
        gone = []
        for key, effect in happened.items():
            if effect.company_id.id != connector.company_id.id:
                keys[key].item.fail(self._booked_elsewhere(keys[key], effect))
            elif effect.res_id in alive:
                self._link(keys[key], alive[effect.res_id])
            else:
                gone.append(keys[key])
        return gone

    @api.model
    def _post_key(self, connector, item) -> str:
        """Key of the effect that a document is booked."""
        return self.env["integration.effect"]._key(connector, item.external_id, "post")

    @api.model
    def _booked_elsewhere(self, draft: InvoiceDraft, effect) -> BusinessRuleError:
        return BusinessRuleError(
            self._refusal(
                draft,
                self.env._(
                    "It is booked in %(company)s already.",
                    company=effect.company_id.name,
                ),
            ),
            hint=self.env._(
                "Two connectors bring the same account. Let the filter of each flow "
                "say which documents are its own, then skip this message."
            ),
        )

    @api.model
    def _deleted_here(self, draft: InvoiceDraft) -> BusinessRuleError:
        return BusinessRuleError(
            self._refusal(
                draft,
                self.env._("It was booked before, and somebody deleted it in Odoo."),
            ),
            hint=self.env._(
                "It is never booked twice. If it belongs in the books, enter it by "
                "hand with the reference %(number)s and retry: it is linked then. "
                "Otherwise skip the message.",
                number=draft.number,
            ),
        )

    # === DOCUMENTS BEFORE THE START DATE === #

    @api.model
    def _is_older(self, connector, draft: InvoiceDraft) -> bool:
        """Whether it belongs to the time before the connector was in charge."""
        start = connector.start_date
        return bool(start and draft.date and draft.date < start)

    @api.model
    def _link_older(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Link to the one document with equal number, total and customer, or skip."""
        found = self._candidates(
            connector, drafts, Domain("company_id", "=", connector.company_id.id)
        )
        for draft in drafts:
            same = [
                move
                for move in found.get(draft.number, [])
                if self._same_total(draft, move) and self._same_customer(draft, move)
            ]
            if len(same) == 1:
                self._link(draft, same[0])
                continue
            note = ""
            if same:
                note = self.env._(
                    "%(count)s invoices in Odoo could be meant: %(names)s.",
                    count=len(same),
                    names=", ".join(move.name or "/" for move in same[:4]),
                )
            draft.item.skip("before_start_date", note)

    # === SAME NUMBER === #

    @api.model
    def _link_by_number(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Link to the document of the journal that has the number and the total."""
        found = self._candidates(
            connector, drafts, Domain("journal_id", "=", connector.sale_journal_id.id)
        )
        for draft in drafts:
            moves = found.get(draft.number, [])
            same = [move for move in moves if self._same_total(draft, move)]
            if len(same) > 1:
                draft.item.fail(self._several_moves(draft, same))
            elif same and self._same_customer(draft, same[0]):
                self._link(draft, same[0])
            elif same:
                draft.item.fail(self._other_customer(draft, same[0]))
            elif moves:
                draft.item.fail(self._other_total(draft, moves[0]))

    @api.model
    def _candidates(self, connector, drafts, domain: Domain) -> dict[str, list]:
        """Number → documents that have it and are not linked: one query."""
        numbers = [d.record["number"] for d in drafts if d.record.get("number")]
        if not numbers:
            return {}
        moves = self.env["account.move"].search(
            domain
            & self._candidate_domain()
            & Domain("state", "!=", "cancel")
            & (Domain("ref", "in", numbers) | Domain("name", "in", numbers)),
            order="id",
        )
        if not moves:
            return {}
        taken = self._taken(connector, moves)
        found: dict[str, list] = {}
        for move in moves:
            if move.id not in taken:
                for number in {move.ref, move.name} & set(numbers):
                    found.setdefault(number, []).append(move)
        return found

    @api.model
    def _candidate_domain(self) -> Domain:
        """Documents that may be meant: one below zero is a credit note in Odoo."""
        return Domain("move_type", "in", ("out_invoice", "out_refund")) & Domain(
            "reversed_entry_id", "=", False
        )

    @api.model
    def _taken(self, connector, moves) -> set[int]:
        """Documents that came through the hub and are another invoice.

        Those of this connector, and those of other accounts, which may share the
        journal and count alike. What another connector to the same account has linked
        may be this very invoice.
        """
        # sudo: core's own tables.
        links = self.env["integration.external.id"].sudo()
        found = links.search(
            [
                ("entity", "=", self._entity),
                ("model", "=", self._record_model),
                ("res_id", "in", moves.ids),
            ]
        )
        account = (connector.system, connector.account_ref or connector.id)
        return {
            link.res_id
            for link in found
            if link.connector_id.id == connector.id
            or (link.connector_id.system, link.connector_id.account_ref) != account
        }

    @api.model
    def _same_total(self, draft: InvoiceDraft, move) -> bool:
        """Whether a document is about the same money."""
        total = draft.record["total"]
        if move.currency_id.name != total["currency"]:
            return False
        sign = -1 if move.move_type == "out_refund" else 1
        return not move.currency_id.compare_amounts(
            sign * move.amount_total, float(total["amount"])
        )

    @api.model
    def _same_customer(self, draft: InvoiceDraft, move) -> bool:
        """Whether a document is the customer's, or that of the customer's company."""
        customer = draft.record["customer"]
        key = (customer["entity"], customer["external_id"])
        partner = self.env["res.partner"].browse(draft.item.references[key][1]).exists()
        # One that was deleted since is told by a later step.
        return partner.commercial_partner_id == move.commercial_partner_id

    @api.model
    def _link(self, draft: InvoiceDraft, move) -> None:
        """The message is about a document that Odoo has."""
        item = draft.item
        item.res_id, item.operation = move.id, "link"
        item.document_name = move.name or draft.number
        draft.move = move

    @api.model
    def _several_moves(self, draft: InvoiceDraft, moves) -> DuplicateCandidateError:
        return DuplicateCandidateError(
            self._refusal(
                draft,
                self.env._(
                    "%(count)s invoices in Odoo have its number and total: %(names)s.",
                    count=len(moves),
                    names=", ".join(
                        f"{m.name or '/'} ({m.partner_id.name})" for m in moves[:4]
                    ),
                ),
            ),
            hint=self.env._(
                "We do not guess. Change the reference of the one that is not meant, "
                "then retry."
            ),
            details={"model": "account.move", "ids": [move.id for move in moves]},
        )

    @api.model
    def _other_customer(self, draft: InvoiceDraft, move) -> DuplicateCandidateError:
        return DuplicateCandidateError(
            self._refusal(
                draft,
                self.env._(
                    "Odoo has its number and total already, as %(name)s of "
                    "%(partner)s, and that is another customer.",
                    name=move.name or "/",
                    partner=move.partner_id.display_name,
                ),
            ),
            hint=self.env._(
                "Correct the customer of that invoice if it is this one, or change its "
                "reference if it is another; then retry."
            ),
            details={"model": "account.move", "ids": [move.id]},
        )

    @api.model
    def _other_total(self, draft: InvoiceDraft, move) -> DuplicateCandidateError:
        return DuplicateCandidateError(
            self._refusal(
                draft,
                self.env._(
                    "Odoo has its number already, as %(name)s over %(here)s; the "
                    "system says %(there)s.",
                    name=move.name or "/",
                    here=f"{move.amount_total:.{move.currency_id.decimal_places}f} "
                    f"{move.currency_id.name}",
                    there=money_text(draft.record["total"]),
                ),
            ),
            hint=self.env._(
                "Compare the two. Correct or cancel the one in Odoo, or change its "
                "reference if it is another invoice; then retry."
            ),
            details={"model": "account.move", "ids": [move.id]},
        )
