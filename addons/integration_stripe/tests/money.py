# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A company that books what the stand-in of Stripe sells."""

from odoo.fields import Command

from .path import PathCase

ENTITIES = ("customer", "product", "price", "tax_rate", "invoice", "payment")


class MoneyCase(PathCase):
    """A company with a chart of accounts, journals for euro, and all flows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.company"].create(
            {
                "name": "Sold through Stripe",
                "currency_id": cls.currency("EUR").id,
                "country_id": cls.env.ref("base.us").id,
            }
        )
        cls.env.user.company_ids |= company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=company.ids)
        )
        cls.company = company.with_env(cls.env)
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        # The chart brings its own currency and country along.
        cls.company.currency_id = cls.currency("EUR")
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.currency("USD").id,
                "company_id": company.id,
                "name": "2020-01-01",
                "inverse_company_rate": 0.9,
            }
        )
        cls.connector = cls.env["integration.connector"].create(
            {
                "name": "Shop",
                "system": "stripe",
                "environment": "test",
                "company_id": company.id,
            }
        )
        cls.connector.action_create_service_user()
        cls.adapter = cls.connector._adapter()
        cls.secret = cls.store("webhook_secret", "whsec_another")
        cls.prepare_books()
        cls.flows = cls.env["integration.flow"].create(
            [
                {"connector_id": cls.connector.id, "entity": entity, "mode": "live"}
                for entity in ENTITIES
            ]
        )
        cls.taxes = cls.env["integration.value.map"].search(
            [("code", "=", "stripe_tax_rate")]
        )

    @classmethod
    def currency(cls, name):
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
        )
        currency.active = True
        return currency

    @classmethod
    def prepare_books(cls):
        journals = cls.env["account.journal"]
        income = cls.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        cls.clearing = cls.env["account.account"].create(
            {
                "code": "101911",
                "name": "Stripe clearing EUR",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        cls.connector.write(
            {
                "sale_journal_id": journals.create(
                    {
                        "name": "Stripe sales",
                        "code": "SSTR",
                        "type": "sale",
                        "default_account_id": income.id,
                    }
                ).id,
                "gateway_journal_ids": [
                    Command.create(
                        {
                            "currency_id": cls.currency("EUR").id,
                            "journal_id": journals.create(
                                {"name": "Stripe EUR", "code": "STEU", "type": "bank"}
                            ).id,
                            "clearing_account_id": cls.clearing.id,
                        }
                    )
                ],
            }
        )

    def map_tax(self, rate):
        """Say which tax of Odoo a tax rate of the stand-in is."""
        tax = self.env["account.tax"].create(
            {
                "name": f"{rate['percentage']} % {rate['id'][-4:]}",
                "amount": float(rate["percentage"]),
                "type_tax_use": "sale",
                "price_include_override": "tax_included"
                if rate["inclusive"]
                else "tax_excluded",
            }
        )
        line = self.taxes.line_ids.filtered(lambda x: x.external_value == rate["id"])
        values = {
            "external_value": rate["id"],
            "record_company_id": self.company.id,
            "res_id": tax.id,
        }
        command = Command.update(line.id, values) if line else Command.create(values)
        self.taxes.write({"line_ids": [command]})
        return tax

    def record(self, entity, external_id):
        """What a Stripe object is linked to, None where it is not."""
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("entity", "=", entity),
                ("external_id", "=", external_id),
                ("role", "=", ""),
            ]
        )
        return self.env[link.model].browse(link.res_id) if link else None

    def cleared(self):
        """Balance of the clearing account."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.clearing.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def assertDone(self, *skipped):
        """Every message was booked, or skipped for one of these reasons."""
        allowed = {"no_change", "superseded", "stale", "not_subscribed", *skipped}
        for event in self.events():
            fine = event.state == "done" or (
                event.state == "skipped" and event.skip_reason in allowed
            )
            self.assertTrue(
                fine,
                f"{event.source_type} {event.external_id}: {event.state} "
                f"{event.skip_reason} {event.error} {event.waiting_for}",
            )
