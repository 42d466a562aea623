# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import Any, NamedTuple

from odoo import api, models

from odoo.addons.integration_core.messages import Item

from ...messages import GuardRequest


class Reconciled(NamedTuple):
    """One allocation that was just reconciled, or is about to be undone.

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
    by the year. Where something reconciled is undone, Odoo reverses them by the same
    rule. Nobody can ask before, so they are looked at afterwards, in the transaction
    that made them.
    """

    _inherit = "integration.period.guard"

    @api.model
    def _reconciled(self, connector, allocations: list[Reconciled]) -> None:
        """Refuse an entry that Odoo moved to another month, or list it.

        :raises LockedPeriodError: the journal holds such entries and nobody decided;
            the batch must be given up, so that nothing of it stays
        """
        self._list_moved(connector, list(self._moved_entries(allocations)))

    @api.model
    def _take_back(self, connector, allocations: list[Reconciled]) -> None:
        """Undo reconciliations, and with them what Odoo booked for them.

        :param allocations: with the partials that are to go
        :raises LockedPeriodError: Odoo reverses an entry in another month than its
            own, and nobody decided; the batch must be given up
        """
        made = [(a, entry) for a, _partial, entry in self._entries(allocations)]
        partials = self.env["account.partial.reconcile"]
        partials.union(*(a.partials for a in allocations)).unlink()
        moved = []
        for allocation, entry in made:
            for reversal in entry.exists().reversal_move_ids:
                if _month(reversal.date) != _month(entry.date):
                    request = self._moved_request(allocation, reversal, entry.date)
                    request.title = self.env._(
                        "Reversal of Odoo's own entry for %(name)s",
                        name=allocation.title,
                    )
                    moved.append((request, reversal))
        self._list_moved(connector, moved)

    @api.model
    def _list_moved(self, connector, moved: list[tuple]) -> None:
        """List entries that are in another month, where that was decided.

        :param moved: (GuardRequest, account.move) of each
        :raises LockedPeriodError: nobody decided
        """
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
            if _month(entry.date) != _month(partial.max_date):
                wanted = partial.max_date
                yield self._moved_request(allocation, entry, wanted), entry

    @api.model
    def _moved_request(self, allocation: Reconciled, entry, wanted) -> GuardRequest:
        """The question that is asked afterwards: why an entry is not on its day."""
        has_tax = bool(entry._affect_tax_report())
        locks = entry.company_id._get_violated_lock_dates(
            wanted, has_tax, entry.journal_id
        )
        request = GuardRequest(
            item=allocation.item,
            journal=entry.journal_id,
            wanted=wanted,
            has_tax=has_tax,
            amount=None,
            model="account.move",
            kind="reconcile",
            key=allocation.key,
            title=allocation.title,
        )
        request.lock = locks[-1] if locks else None
        return request

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
