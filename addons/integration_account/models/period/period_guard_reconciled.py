# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import Any, NamedTuple

from odoo import api, models

from odoo.addons.integration_core.messages import Item

from ...messages import GuardRequest


class Reconciled(NamedTuple):
    """One allocation that was just reconciled.

    :param item: the message that brought it
    :param key: external id of the allocation, for example ``pi_1|in_1``
    :param title: what people call it
    :param partials: account.partial.reconcile records it made
    """

    item: Item
    key: str
    title: str
    partials: Any


class IntegrationPeriodGuard(models.AbstractModel):
    """Entries that Odoo makes by itself when something is reconciled.

    Exchange differences, and taxes that are due on payment, are dated by Odoo: at the
    end of their month as a rule, today when that month is locked or the journal numbers
    by the year. Nobody can ask before, so they are looked at afterwards, in the
    transaction that made them.
    """

    _inherit = "integration.period.guard"

    @api.model
    def _reconciled(self, connector, allocations: list[Reconciled]) -> None:
        """Refuse an entry that Odoo moved to another month, or list it.

        :raises LockedPeriodError: the journal holds such entries and nobody decided;
            the batch must be given up, so that nothing of it stays
        """
        moved = list(self._moved_entries(allocations))
        documents = self.env["integration.shifted.document"]
        rows = documents._find(connector, {self._row_key(r) for r, _entry in moved})
        values = []
        for request, entry in moved:
            request.row = rows.get(self._row_key(request), documents)
            if not self._may_move(request, entry):
                raise self._locked(request, entry.date)
            request.date, request.res_id = entry.date, entry.id
            request.item.notes.append(self._note(request))
            values.append(self._booked_values(request))
        if values:
            documents._put(connector, values)._refresh_activities()

    @api.model
    def _moved_entries(self, allocations: list[Reconciled]):
        """(request, entry) of each entry that is not in the month it belongs to."""
        for allocation, partial, entry in self._entries(allocations):
            if _month(entry.date) == _month(partial.max_date):
                continue
            has_tax = bool(entry._affect_tax_report())
            locks = entry.company_id._get_violated_lock_dates(
                partial.max_date, has_tax, entry.journal_id
            )
            request = GuardRequest(
                item=allocation.item,
                journal=entry.journal_id,
                wanted=partial.max_date,
                has_tax=has_tax,
                amount=None,
                model="account.move",
                kind="reconcile",
                key=allocation.key,
                title=allocation.title,
            )
            request.lock = locks[-1] if locks else None
            yield request, entry

    @api.model
    def _entries(self, allocations: list[Reconciled]):
        """(allocation, partial, entry) of everything Odoo made for the partials."""
        ids = [partial.id for a in allocations for partial in a.partials]
        taxes = self.env["account.move"]
        if ids and self.env.company.tax_exigibility:
            taxes = taxes.search([("tax_cash_basis_rec_id", "in", ids)])
        due = taxes.grouped("tax_cash_basis_rec_id")
        for allocation in allocations:
            for partial in allocation.partials:
                for entry in partial.exchange_move_id | due.get(partial, taxes[:0]):
                    yield allocation, partial, entry

    @api.model
    def _may_move(self, request: GuardRequest, entry) -> bool:
        """Whether an accountant agreed to that month, or the journal to any."""
        row = request.row
        if row.state == "approved" and _month(row.booked_date) == _month(entry.date):
            return True
        return self._policy(request) != "hold"


def _month(date) -> tuple:
    return date.year, date.month
