# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools import format_date

from odoo.addons.integration_core.engine.errors import LockedPeriodError

from ..messages import GuardRequest


class IntegrationPeriodGuard(models.AbstractModel):
    """No entry moves to another day unseen.

    Odoo does not refuse to post into a locked period: it takes a later date without a
    word. Entities ask here first.
    """

    _name = "integration.period.guard"
    _description = "Period Guard"

    @api.model
    def _check(self, connector, requests: list[GuardRequest]) -> None:
        """Set the date of each request, or fail its item.

        :param connector: integration.connector record
        """
        dates = {}
        for request in requests:
            slot = (
                request.journal,
                request.wanted,
                request.has_tax,
                request.move_type,
            )
            if slot not in dates:
                dates[slot] = self._odoo_date(request)
            request.date = dates[slot]
            if request.shifted:
                self._hold(request)

    @api.model
    def _booked(self, connector, requests: list[GuardRequest]) -> None:
        """Called when the documents are posted and ``res_id`` is set."""

    @api.model
    def _odoo_date(self, request: GuardRequest):
        """The date Odoo would take under its locks; the wanted one without any."""
        company = self.env.company
        locks = company._get_violated_lock_dates(
            request.wanted, request.has_tax, request.journal
        )
        if not locks:
            return request.wanted
        move = self.env["account.move"].new(
            {
                "move_type": request.move_type,
                "journal_id": request.journal.id,
                "company_id": company.id,
                "date": request.wanted,
            }
        )
        return move._get_accounting_date(
            request.wanted, request.has_tax, lock_dates=locks
        )

    @api.model
    def _hold(self, request: GuardRequest) -> None:
        request.item.fail(
            LockedPeriodError(
                self.env._(
                    "%(name)s of %(wanted)s was not booked: the period is locked. "
                    "Odoo would book it on %(date)s without telling.",
                    name=request.title or request.external_id,
                    wanted=format_date(self.env, request.wanted),
                    date=format_date(self.env, request.date),
                ),
                hint=self.env._(
                    "Decide under Money, Shifted Documents, or unlock the period and "
                    "retry."
                ),
                details={
                    "cause": f"locked_period:{request.journal.id}:"
                    f"{request.wanted:%Y-%m}"
                },
            )
        )
