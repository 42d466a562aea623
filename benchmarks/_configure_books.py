# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Run by tools/odoo_script.py inside a fresh database: a company in euros, one tax, and
an active connector whose journals are those it proposes itself."""

ENTITIES = (
    "customer",
    "product",
    "price",
    "tax_rate",
    "invoice",
    "payment",
    "payout",
    "balance_transaction",
)


def main(env) -> None:
    env.ref("base.EUR").active = True
    company = env.ref("base.main_company")
    chart = env["account.chart.template"]
    chart.try_loading("generic_coa", company=company, install_demo=False)
    # The chart brings its own currency along.
    company.currency_id = env.ref("base.EUR")
    _tax(env)
    connector = _connector(env, company)
    _propose(env, connector)
    connector._set_state("active", "")


def _tax(env) -> None:
    """With tags for a tax report, as the taxes of most countries have them."""
    tax = env["account.tax"].create(
        {
            "name": "19 % VAT",
            "amount": 19.0,
            "type_tax_use": "sale",
            "price_include_override": "tax_excluded",
        }
    )
    for part in tax.repartition_line_ids:
        part.tag_ids = env["account.account.tag"].create(
            {
                "name": f"{part.document_type} {part.repartition_type}",
                "applicability": "taxes",
                "country_id": tax.country_id.id,
            }
        )


def _connector(env, company):
    connector = env["integration.connector"].create(
        {
            "name": "Bench",
            "system": "stripe",
            "environment": "test",
            "company_id": company.id,
        }
    )
    connector.action_create_service_user()
    env["integration.credential"]._store(connector, "webhook_secret", "whsec_bench")
    env["integration.flow"].create(
        [
            {"connector_id": connector.id, "entity": entity, "mode": "live"}
            for entity in ENTITIES
        ]
    )
    return connector


def _propose(env, connector) -> None:
    admin = env.ref("base.user_admin")
    action = connector.with_user(admin).action_propose_accounting()
    proposal = env["integration.account.proposal"].with_user(admin)
    proposal = proposal.with_context(**action["context"]).create({})
    proposal.currency_ids = env.ref("base.EUR")
    proposal.action_apply()
