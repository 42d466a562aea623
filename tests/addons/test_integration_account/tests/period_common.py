# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.integration_account.messages import GuardRequest
from odoo.addons.integration_core.messages import Item, Source

from .common import AccountCase

NOW = "2026-11-22 10:00:00"
OCTOBER = "2026-10-31"


class PeriodCase(AccountCase):
    """22 November 2026; somebody asks to book documents of October."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.accountant = cls._accountant("integration_core.group_operator")
        cls.customer = cls.env["res.partner"].create({"name": "Buyer"})
        cls.income = cls._account("400901", "Sales of the demo system", "income")
        cls.tax = cls.env["account.tax"].create(
            {"name": "Test 10 %", "amount": 10, "company_id": cls.company.id}
        )

    @classmethod
    def _accountant(cls, groups: str, login: str = "period_accountant"):
        person = new_test_user(
            cls.env,
            login=login,
            groups=f"{groups},account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        return person

    @property
    def guard(self):
        """The guard as entities meet it: with the rights of the technical user."""
        return self.connector._work_env()["integration.period.guard"]

    def _lock(self, **dates):
        """Set lock dates of the company, for example ``sale_lock_date=OCTOBER``."""
        self.company.sudo().write(dates)

    def _request(self, external_id="in_1", wanted="2026-10-28", **values):
        event = self._store(external_id, {"number": external_id}, entity="invoice")
        item = Item(*self.env["integration.pipeline"]._rows(event.ids)[0])
        item.source = Source({"number": external_id}, item.version)
        values = {
            "item": item,
            "journal": self.sales,
            "wanted": fields.Date.to_date(wanted),
            "has_tax": False,
            "amount": self._money("100.00"),
            "model": "account.move",
            "move_type": "out_invoice",
            "title": f"Invoice {external_id}",
        } | values
        return GuardRequest(**values)

    def _check(self, *requests):
        self.guard._check(self.connector, list(requests))
        return requests[0]

    def _post(self, request, explicit=True):
        """Book a document as an entity does, or leave the day to Odoo."""
        env = self.connector._work_env()
        values = {
            "move_type": request.move_type,
            "journal_id": request.journal.id,
            "partner_id": self.customer.id,
            "invoice_date": request.wanted,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "name": "Something",
                        "price_unit": 100,
                        "account_id": self.income.id,
                        "tax_ids": [(6, 0, self.tax.ids if request.has_tax else [])],
                    }
                )
            ],
        }
        if request.move_type == "entry":
            values = self._entry_values(request)
        if explicit:
            values["date"] = request.date
        move = env["account.move"].create(values)
        move._post(soft=False)
        return move

    def _entry_values(self, request) -> dict:
        sides = [(self.clearing, 100.0), (self.income, -100.0)]
        return {
            "move_type": "entry",
            "journal_id": request.journal.id,
            "date": request.wanted,
            "line_ids": [
                fields.Command.create({"account_id": account.id, "balance": balance})
                for account, balance in sides
            ],
        }

    def _book(self, *requests):
        """Book what the guard let through, and tell it."""
        for request in requests:
            if request.item.open:
                request.res_id = self._post(request).id
                request.item.outcome = "done"
        self.guard._booked(self.connector, list(requests))
        self._settle(*requests)
        return self.env["account.move"].browse(requests[0].res_id)

    def _settle(self, *requests):
        """Write the outcome of these messages down, as the pipeline does."""
        self.env["integration.outcome"]._finish(
            self.connector, [request.item for request in requests], False, 1
        )
        self.env.invalidate_all()

    def _hold(self, *requests):
        """Ask for documents of a locked month; they wait."""
        self._check(*requests)
        for request in requests:
            self.assertEqual(request.item.outcome, "fail")
        self._settle(*requests)
        return self._rows(*(request.external_id for request in requests))

    def _again(self, external_id="in_1", **values):
        """The message of a document comes once more, after a person's retry."""
        request = self._request(external_id, **values)
        self._check(request)
        return request

    def _rows(self, *external_ids):
        return self.env["integration.shifted.document"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("external_id", "in", external_ids or ["in_1"]),
            ],
            order="id",
        )

    def _decide(self, rows, decision="book", reason="October is reported", user=None):
        rows.with_user(user or self.accountant)._decide(decision, reason)
        self.env.invalidate_all()
