# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A company whose records go to Stripe; jobs run in the test's own transaction."""

from odoo.fields import Command

from odoo.addons.integration_core.tests.sending import SendingMixin

from .money import MoneyCase

SENT = ("customer", "product", "price", "invoice")


class SendingCase(SendingMixin, MoneyCase):
    """All flows both ways; what the stand-in hears and says is counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = {
            entity: cls.env["integration.flow"].create(
                {
                    "connector_id": cls.connector.id,
                    "entity": entity,
                    "direction": "out",
                    "mode": "live",
                }
            )
            for entity in SENT
        }

    def setUp(self):
        super().setUp()
        self.rate = self.sim.create_tax_rate("19", country="US")
        self.tax = self.map_tax(self.rate)
        self.deliver_new()
        self.work()
        self.forget()

    def hear(self):
        """All that the stand-in has told since the last time, worked on."""
        self.deliver_new()
        self.work()
        self.env.flush_all()

    def forget(self):
        """Count from here."""
        self.env.flush_all()
        self.heard = len(self.sim.writes)
        logs = self.env["integration.job.log"].search([], order="id desc", limit=1)
        self.logged = logs.id

    @property
    def written(self):
        """Paths of the changes at the stand-in since ``forget``."""
        return [w["path"] for w in self.sim.writes[self.heard :]]

    def changes(self, direction="in"):
        """Changes of records that the sync log tells of since ``forget``."""
        return self.env["integration.job.log"].search(
            [
                ("id", ">", self.logged),
                ("connector_id", "=", self.connector.id),
                ("direction", "=", direction),
                ("operation", "in", ("create", "update", "post", "archive")),
            ]
        )

    def messages(self, record):
        """Outgoing messages about a record, oldest first."""
        self.env.flush_all()
        return self.env["integration.event"].search(
            [
                ("direction", "=", "out"),
                ("model", "=", record._name),
                ("res_id", "=", record.id),
            ],
            order="id",
        )

    def there(self, record):
        """The object that stands for a record at the stand-in, None without a link."""
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("role", "=", ""),
                ("primary", "=", True),
            ]
        )
        if not link:
            return None
        names = {"customer": "customers", "product": "products", "price": "prices"}
        found = self.sim.resources[names.get(link.entity, "invoices")]
        return found.find(link.external_id)

    # === BUSINESS IN ODOO === #

    def new_customer(self, **values):
        return self.env["res.partner"].create(
            {
                "name": "Deco Addict",
                "email": "info@deco.example",
                "is_company": True,
                "street": "Weg 1",
                "city": "Köln",
                "country_id": self.env.ref("base.de").id,
                **values,
            }
        )

    def new_product(self, **values):
        return self.env["product.product"].create(
            {"name": "Chair", "type": "consu", "default_code": "CH-1", **values}
        )

    def new_invoice(self, customer, *lines, post=True, **values):
        """An invoice; each line: (product or text, quantity, price, taxes)."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-09-21",
                "currency_id": self.currency("EUR").id,
                "invoice_line_ids": [
                    Command.create(self.line_values(*line)) for line in lines
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def line_values(self, what, quantity=1, price=119.0, taxes=None):
        taxes = self.tax if taxes is None else taxes
        named = isinstance(what, str)
        return {
            "name": what if named else what.name,
            "product_id": False if named else what.id,
            "quantity": quantity,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
        }
