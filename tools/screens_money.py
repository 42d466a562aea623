# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Screens of what becomes of money: Stripe's ledger, payouts, refunds, both sides."""

from screens import ODOO, Screen, both, press

CHARGED = (("category", "=", "charge"), ("fee", ">", 0), ("state", "=", "booked"))
TIED = (("tie_state", "in", ("tied", "bank")),)
RUN = (("kind", "=", "period"), ("ended_at", "!=", False))
PAID = (("entity", "=", "payment"), ("model", "=", "account.payment"))

MONEY = (
    Screen(
        "journal_card",
        "/odoo/action-account.open_account_journal_dashboard_kanban",
        login="manager",
    ),
    Screen("balance", f"{ODOO}-balance", login="auditor"),
    *both(
        "balance_transaction",
        f"{ODOO}-balance",
        login="auditor",
        model="integration.settlement.line",
        domain=CHARGED,
    ),
    *both("payouts", f"{ODOO}-payouts", login="auditor"),
    *both(
        "payout",
        f"{ODOO}-payouts",
        login="auditor",
        model="integration.settlement",
        domain=TIED,
    ),
    Screen("refunds", f"{ODOO}-refunds", login="operator"),
    *both(
        "refund",
        f"{ODOO}-refunds",
        login="operator",
        model="integration.refund",
        domain=(("state", "=", "to_approve"),),
    ),
    Screen(
        "refund_request",
        "/odoo/account.payment",
        login="operator",
        model="integration.external.id",
        domain=PAID,
        field="res_id",
        script=press("button[name='action_integration_refund']"),
    ),
    Screen("disputes", f"{ODOO}-disputes", login="operator"),
    Screen(
        "dispute",
        f"{ODOO}-disputes",
        login="operator",
        model="integration.dispute",
    ),
    *both("reconciliations", f"{ODOO}-reconciliations", login="auditor"),
    *both(
        "reconciliation",
        f"{ODOO}-reconciliations",
        login="auditor",
        model="integration.reconciliation",
        domain=RUN,
    ),
    Screen("differences", f"{ODOO}-differences", login="operator"),
    Screen("subscriptions", f"{ODOO}-subscriptions", login="auditor"),
    Screen("entitlements", f"{ODOO}-entitlements", login="auditor"),
    Screen(
        "subscription",
        f"{ODOO}-subscriptions",
        login="auditor",
        model="integration.subscription",
    ),
)
