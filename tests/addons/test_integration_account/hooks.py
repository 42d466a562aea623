# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The company of the tests: made once, because a chart takes a second of each class."""

from odoo.tools import mute_logger


def post_init_hook(env):
    """A company with the generic chart in euro, and US dollars with a rate."""
    euro, dollar = (_currency(env, name) for name in ("EUR", "USD"))
    company = env["res.company"].create(
        {
            "name": "Tests of documents",
            "currency_id": euro.id,
            "country_id": env.ref("base.us").id,
        }
    )
    env["ir.model.data"].create(
        {
            "module": "test_integration_account",
            "name": "company",
            "model": company._name,
            # Not from a file: an update would remove it otherwise.
            "noupdate": True,
            "res_id": company.id,
        }
    )
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    company = company.with_env(env)
    # It warns of addons that are still to be loaded: none of them extends the chart.
    with mute_logger("odoo.addons.account.models.chart_template"):
        env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
    # The chart brings its own currency along.
    company.currency_id = euro
    env["res.currency.rate"].create(
        {
            "currency_id": dollar.id,
            "company_id": company.id,
            "name": "2020-01-01",
            "inverse_company_rate": 0.9,
        }
    )


def _currency(env, name: str):
    currency = env["res.currency"].with_context(active_test=False)
    currency = currency.search([("name", "=", name)])
    currency.active = True
    return currency
