# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.test_integration_core.tests.common import SYSTEM, CoreCase

ENTITIES = {
    "product": ("name", "description", "sku", "kind", "unit", "url", "active"),
    "price": (
        "product",
        "active",
        "name",
        "amount",
        "currency",
        "interval",
        "interval_count",
        "metered",
        "tax_inclusive",
        "tiers_mode",
        "tiers",
    ),
    "tax_rate": (
        "name",
        "description",
        "percentage",
        "inclusive",
        "country",
        "region",
        "kind",
        "active",
    ),
    "invoice": (
        "number",
        "status",
        "customer",
        "currency",
        "issued_at",
        "due_at",
        "paid_at",
        "voided_at",
        "uncollectible_at",
        "untaxed",
        "tax",
        "total",
        "paid",
        "balance_applied",
        "paid_elsewhere",
        "overpaid",
        "lines",
        "purpose",
        "subscription",
        "note",
        "url",
    ),
    "credit_note": (
        "number",
        "status",
        "invoice",
        "customer",
        "currency",
        "issued_at",
        "voided_at",
        "untaxed",
        "tax",
        "total",
        "reduces_due",
        "to_balance",
        "outside",
        "refunds",
        "lines",
        "reason",
        "memo",
        "url",
    ),
    "payment": (
        "key",
        "status",
        "amount",
        "customer",
        "paid_at",
        "allocations",
        "settlement",
        "settlement_pending",
        "method",
        "references",
        "description",
        "elsewhere",
        "returned",
    ),
    "payout": (
        "amount",
        "status",
        "created_at",
        "arrival_date",
        "automatic",
        "method",
        "complete",
        "transactions",
        "reference",
        "descriptor",
        "failure_reason",
    ),
    "balance_transaction": (
        "category",
        "amount",
        "fee",
        "fees",
        "net",
        "original",
        "exchange_rate",
        "occurred_at",
        "available_on",
        "payment",
        "refund",
        "dispute",
        "payout",
        "source",
        "description",
    ),
    "refund": (
        "payment",
        "amount",
        "status",
        "reason",
        "created_at",
        "failure_reason",
        "credit_note",
    ),
    "dispute": (
        "payment",
        "amount",
        "status",
        "reason",
        "created_at",
        "respond_by",
        "closed_at",
    ),
}


class AccountCase(CoreCase):
    """A company with a chart of accounts, and a connector that brings documents.

    The mappings pass canonical records through as they are, so a test feeds those:
    ``self._feed("in_1", {...}, entity="invoice")``.
    """

    @classmethod
    def _prepare_company(cls):
        """Override: euro, generic chart of accounts, US dollar active with a rate.

        Made with the addon (hooks.py); what a test writes on it is rolled back.
        """
        company = cls.env.ref("test_integration_account.company")
        cls.env.user.company_ids |= company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=company.ids)
        )
        cls.company = company.with_env(cls.env)

    @classmethod
    def _currency(cls, name: str):
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
        )
        currency.active = True
        return currency

    @classmethod
    def _person(cls, role, name=""):
        person = super()._person(role, name)
        person.company_ids |= cls.company
        person.company_id = cls.company
        return person

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector._set_state("draft", "")
        cls.clearing = cls._account("101910", "Clearing EUR", "asset_current", True)
        cls.fees = cls._account("629100", "Gateway fees", "expense")
        cls.gateway = cls.env["account.journal"].create(
            {"name": "Gateway EUR", "code": "GWE", "type": "bank"}
        )
        cls.sales = cls.env["account.journal"].create(
            {"name": "Sales of the demo system", "code": "SDEMO", "type": "sale"}
        )
        cls.connector.write(
            {
                "sale_journal_id": cls.sales.id,
                "gateway_journal_ids": [
                    (
                        0,
                        0,
                        {
                            "currency_id": cls._currency("EUR").id,
                            "journal_id": cls.gateway.id,
                            "clearing_account_id": cls.clearing.id,
                            "fee_account_id": cls.fees.id,
                        },
                    )
                ],
            }
        )
        cls.flows = {
            entity: cls._flow(entity, cls._plain_mapping(entity))
            for entity in ENTITIES
            if cls.env["integration.entity"]._for(entity) is not None
        }
        cls.connector._set_state("active", "")

    @classmethod
    def _account(cls, code, name, kind, reconcile=False):
        return cls.env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "reconcile": reconcile,
            }
        )

    @classmethod
    def _plain_mapping(cls, entity: str):
        """A mapping that takes a canonical record of the entity as it is."""
        mapping = cls.env["integration.mapping"].create(
            {
                "name": f"Plain {entity}",
                "system": SYSTEM,
                "entity": entity,
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in ENTITIES[entity]
                ],
            }
        )
        mapping.sudo().state = "approved"
        return mapping

    @staticmethod
    def _money(amount, currency: str = "EUR") -> dict:
        return {"amount": str(amount), "currency": currency}

    def _record_of(self, external_id: str, entity: str):
        """The Odoo record an object is linked to; empty when there is none."""
        link = self._link(external_id, entity=entity)
        return self.env[link.model].browse(link.res_id) if link else None
