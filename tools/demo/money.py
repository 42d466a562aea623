# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Money in the demo: a refund that waits for a second person, both sides compared."""

from datetime import timedelta

import governed
from steps import user

from odoo import fields
from odoo.service.model import retrying

#: What the operator would like to give back to a customer.
GIVEN_BACK = 49.0
#: The local Stripe's business began less than as many days ago.
DAYS = 75


def examples(env, connector):
    """What happens once the books have what Stripe has.

    :param connector: with the manager as user
    """
    governed.loaded(env, connector, ("payment", "refund", "payout"), 60)
    governed.loaded(env, connector, ("balance_transaction",), 60)
    retrying(lambda: ask(env, connector), env)
    retrying(lambda: compare(env, connector), env)
    env.cr.commit()


def ask(env, connector):
    """The operator gives something back to a customer: the admin has to agree."""
    refunds = env["integration.refund"].with_user(user(env, "operator"))
    if refunds.search_count([("requested_by", "=", refunds.env.uid)]):
        return
    paid = governed.links(env, connector, "payment")
    domain = [
        ("id", "in", paid.mapped("res_id")),
        ("currency_id", "=", env.company.currency_id.id),
        ("amount", ">", 2 * GIVEN_BACK),
        ("state", "in", ("in_process", "paid")),
    ]
    payments = refunds.env["account.payment"].search(domain, order="id desc")
    for payment in payments:
        if payment._integration_refundable() > GIVEN_BACK:
            refunds._ask(
                connector.with_env(refunds.env),
                payment,
                GIVEN_BACK,
                reason="requested_by_customer",
                note="One lamp arrived broken",
            )
            return


def compare(env, connector):
    """The manager asks for the completeness of all that was before today."""
    if env["integration.reconciliation"].search_count([("kind", "=", "period")]):
        return
    today = fields.Date.context_today(connector)
    periods = env["integration.reconciliation.period"].with_env(connector.env)
    periods.create(
        {
            "connector_id": connector.id,
            "date_from": today - timedelta(days=DAYS),
            "date_to": today - timedelta(days=1),
        }
    ).action_start()
