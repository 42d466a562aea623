# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections.abc import Callable
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine import canonical
from odoo.addons.integration_core.engine.errors import IntegrationError
from odoo.addons.integration_core.messages import Item

from ...invoice_draft import InvoiceDraft

# Ended in the other system before Odoo ever saw it: nothing to reverse. What became
# uncollectible is not among them: it was earned, and its tax is due.
NEVER_BOOKED = ("void",)
# Plain fields of a journal entry that say what Odoo did with it.
# The hash and number of the secured chain among them.
OWN_FIELDS = frozenset(
    {
        "access_token",
        "checked",
        "inalterable_hash",
        "invoice_source_email",
        "is_manually_modified",
        "is_move_sent",
        "posted_before",
        "secure_sequence_number",
    }
)


class IntegrationEntityInvoice(models.AbstractModel):
    """A sales document of another system, posted in Odoo with its very amounts.

    A new document goes through these steps, each for the whole batch: is it here
    already (``entity_invoice_match``), what it is worth and to whom
    (``entity_invoice_values``), its lines (``entity_invoice_lines``) and taxes
    (``entity_invoice_taxes``), booking (``entity_invoice_post``). A known one is never
    edited: its status may reverse it (``entity_invoice_void``) or write it off
    (``entity_invoice_write_off``), see ``entity_invoice_status``.
    """

    _name = "integration.entity.invoice"
    _inherit = "integration.entity.upsert"
    _description = "Entity: invoice"
    _entity = "invoice"
    _entity_label = "Invoice"
    _record_model = "account.move"
    _rank = 40
    _optional_references = frozenset({"product", "price"})

    # === HOOKS OF ENTITY === #

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Override of `integration_core`: what the document is worth."""
        return canonical.get("total")

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration_core`: book what is new, follow what is known."""
        known = [item for item in items if item.link]
        self._follow(connector, known)
        drafts = self._drafts(connector, [item for item in items if not item.link])
        self._book(connector, drafts)
        self._conclude(connector, drafts)

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration_core`: what would be posted, nothing written."""
        known = [item for item in items if item.link]
        self._foresee(connector, known)
        new = [item for item in items if not item.link]
        for draft in self._drafts(connector, new, dry=True):
            if draft.remaining:
                draft.item.operation = "post"
                draft.item.diff = self._booking_diff(draft, self._ledger_ahead(draft))
        for item in items:
            if item.open:
                item.model = self._record_model
                item.skip("shadow")

    @api.model
    def _drafts(self, connector, items: list[Item], dry=False) -> list[InvoiceDraft]:
        """Everything that can be known before something is written.

        :param dry: only compare; the period guard holds nothing back then
        :return: drafts whose ``remaining`` says whether they are to be booked
        """
        drafts = [self._draft(connector, item) for item in items]
        self._each(drafts, self._sort_out)
        self._find_booked(connector, drafts)
        self._each(drafts, self._weigh, connector)
        self._surround(connector, drafts)
        self._each(drafts, self._build_lines, connector)
        self._ask_guard(connector, drafts, dry)
        if not dry:
            self._plan_giving_up(connector, drafts)
            self._plan_balances(connector, drafts)
        return drafts

    @api.model
    def _conclude(self, connector, drafts: list[InvoiceDraft]) -> None:
        """What follows at once for documents that were booked, or linked."""
        self._give_up(connector, drafts)
        self._settle_balances(connector, drafts)

    @api.model
    def _draft(self, connector, item: Item) -> InvoiceDraft:
        record = item.canonical
        item.model = self._record_model
        item.base = self._stamps(record)
        item.base["due"] = canonical.short_hash(record.get("due_at"))
        return InvoiceDraft(
            item,
            number=record.get("number") or item.external_id,
            date=connector._document_date(record.get("issued_at")),
            due=connector._document_date(record.get("due_at")),
        )

    @api.model
    def _sort_out(self, draft: InvoiceDraft) -> None:
        """Leave out what is not to be booked at all."""
        status = draft.record.get("status")
        if status == "draft":
            draft.item.skip("not_final")
        elif status in NEVER_BOOKED:
            draft.item.skip(
                "no_change",
                self.env._(
                    "%(document)s ended before Odoo knew it: nothing was booked, so "
                    "there is nothing to reverse.",
                    document=self._named(draft.number),
                ),
            )

    # === HELPERS OF ALL STEPS === #

    @api.model
    def _each(self, drafts: list[InvoiceDraft], step: Callable, *args) -> None:
        """Run a step for every draft that nothing has decided about yet."""
        for draft in drafts:
            if not draft.remaining:
                continue
            try:
                step(draft, *args)
            except IntegrationError as error:
                draft.item.fail(error)

    @api.model
    def _named(self, number: str) -> str:
        """What people call one document of this entity."""
        return self.env._("Invoice %(number)s", number=number)

    @api.model
    def _refusal(self, draft: InvoiceDraft, why: str) -> str:
        """Message of an error that stops a document: what, then why."""
        return self.env._(
            "%(document)s was not booked. %(why)s",
            document=self._named(draft.number),
            why=why,
        )

    @api.model
    def _stamps(self, record: dict) -> dict:
        """Short hashes of what the peer said last, kept with the link."""
        money = [record.get(name) or {} for name in ("untaxed", "tax", "total")]
        amounts = [f"{Decimal(m.get('amount') or 0).normalize():f}" for m in money]
        return {
            "amounts": canonical.short_hash([record.get("currency"), *amounts]),
            "status": canonical.short_hash(record.get("status")),
        }

    @api.model
    def _custom_allowed(self, field) -> bool:
        """Override of `integration_core`: not what Odoo notes for itself."""
        return super()._custom_allowed(field) and field.name not in OWN_FIELDS
