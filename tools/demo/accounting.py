# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's books: a company in euros, its taxes, and where the connector books.

Journals and accounts come from the connector's own proposal, the button that people
press. German taxes are mapped as proposed; for the British one there is no proposal, so
that a newcomer sees what happens to an invoice with a tax that nobody has mapped.
"""

from datetime import date, timedelta

from steps import until

from odoo.service.model import retrying

COMPANY = "Demo GmbH"
#: (name, percent, contained in the price) of the company's taxes on sales.
TAXES = (
    ("19% VAT", 19.0, False),
    ("7% VAT", 7.0, False),
    ("0% Reverse charge", 0.0, False),
    ("20% VAT UK, included", 20.0, True),
)


def books(env):
    """Company, currencies and taxes; before anything is booked."""
    company = env.ref("base.main_company")
    if company.name == COMPANY:
        return
    euro, dollar = (currency(env, name) for name in ("EUR", "USD"))
    germany = env.ref("base.de")
    company.write({"name": COMPANY, "currency_id": euro.id, "country_id": germany.id})
    company.account_fiscal_country_id = germany
    company.partner_id.tz = "Europe/Berlin"
    env["res.currency.rate"].search(
        [("company_id", "in", (False, company.id))]
    ).unlink()
    env["res.currency.rate"].create(
        {
            "currency_id": dollar.id,
            "company_id": company.id,
            "name": "2020-01-01",
            "inverse_company_rate": 0.92,
        }
    )
    company.sale_lock_date = closed_until()
    taxes(env, germany)


def closed_until():
    """End of the month before the local Stripe's first invoices: it is reported."""
    first = date.today() - timedelta(days=52)
    return first.replace(day=1) - timedelta(days=1)


def taxes(env, country):
    """The company's taxes on sales instead of the chart's; on the chart's account."""
    old = env["account.tax"].search([("type_tax_use", "=", "sale")])
    account = old.repartition_line_ids.account_id[:1]
    old.active = False
    group = env["account.tax.group"].create({"name": "VAT", "country_id": country.id})
    made = env["account.tax"].create(
        [
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                "price_include_override": "tax_included" if included else False,
            }
            for name, amount, included in TAXES
        ]
    )
    # Odoo makes them by itself, when the taxes are written: none are known before.
    env.flush_all()
    made.invalidate_recordset(flush=False)
    lines = made.repartition_line_ids
    lines.filtered(lambda line: line.repartition_type == "tax").account_id = account


def currency(env, name):
    """An active currency."""
    found = env["res.currency"].with_context(active_test=False)
    found = found.search([("name", "=", name)])
    found.active = True
    return found


def defaults(env, connector):
    """Press Propose, and take what is proposed."""
    if connector.sale_journal_id:
        return
    admin = env.ref("base.user_admin")
    action = connector.with_user(admin).action_propose_accounting()
    proposal = (
        env["integration.account.proposal"]
        .with_user(admin)
        .with_context(**action["context"])
        .create({})
    )
    # The account keeps one balance: dollars are converted when they arrive.
    proposal.currency_ids = env.ref("base.EUR")
    proposal.action_apply()


def map_taxes(env, connector, seconds=40):
    """Wait for Stripe's tax rates, then accept what is proposed for all but one."""
    value_map = env["integration.value.map"].search([("code", "=", "stripe_tax_rate")])
    if value_map.line_ids.filtered("res_id"):
        return
    flow = connector.flow_ids.filtered(lambda f: f.entity == "tax_rate")[:1]

    def ready():
        known = len(value_map.line_ids) >= len(TAXES)
        return known and flow.load_state == "done"

    until(env, ready, seconds)
    admin = env.ref("base.user_admin")
    # The jobs are at work: repeated when they were faster, as for a person's click.
    retrying(lambda: value_map.line_ids.with_user(admin).action_accept_proposal(), env)
    env.cr.commit()
