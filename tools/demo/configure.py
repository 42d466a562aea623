# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Configures the demo database; may run again at any time.

Users are made here and never in an addon's data: their passwords are for a demo only.
The connector is configured by ``connector.py`` beside this file.
"""

import importlib.util
import os

#: login → (name, our groups, Odoo's groups); "base.group_user" is everybody's.
USERS = {
    "manager": (
        "Maria Manager",
        ["manager"],
        [
            "base.group_partner_manager",
            "account.group_account_manager",
            "product.group_product_manager",
        ],
    ),
    "designer": ("Dan Designer", ["designer"], []),
    "operator": (
        "Olga Operator",
        ["operator"],
        ["base.group_partner_manager", "account.group_account_invoice"],
    ),
    "auditor": ("Adam Auditor", ["auditor"], ["account.group_account_readonly"]),
}
ALL_GROUPS = ["manager", "designer", "operator", "auditor"]


def main(env):
    """Entry point of tools/odoo_script.py."""
    users(env)
    if importlib.util.find_spec("connector"):
        importlib.import_module("connector").configure(
            env,
            {
                "web_url": os.environ["DEMO_WEB_URL"],
                "stripe_url": os.environ["DEMO_STRIPE_URL"],
                "stripe_key": "sk_test_demo",
                "environment": os.environ["INTEGRATION_ENVIRONMENT"],
            },
        )


def users(env):
    """The demo's people, each with the log-in as password."""
    admin = env.ref("base.user_admin")
    books = ["account.group_account_manager"]
    admin.write({"password": "admin", "group_ids": links(env, ALL_GROUPS, books)})
    for login, (name, ours, others) in USERS.items():
        values = {
            "name": name,
            "password": login,
            "email": f"{login}@example.com",
            "group_ids": links(env, ours, ["base.group_user", *others]),
        }
        user = (
            env["res.users"]
            .with_context(active_test=False, no_reset_password=True)
            .search([("login", "=", login)])
        )
        if user:
            user.write({**values, "active": True})
        else:
            user.create({**values, "login": login})
    # The web client greets with a tour of Odoo itself otherwise.
    env["res.users"].search([]).write({"tour_enabled": False})


def links(env, ours, others):
    """Commands that add groups; groups that no installed addon has are left out."""
    names = [f"integration_core.group_{name}" for name in ours] + others
    groups = [env.ref(name, raise_if_not_found=False) for name in names]
    return [(4, group.id) for group in groups if group]
