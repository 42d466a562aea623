# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


def post_init_hook(env):
    """Let technical users that are there already write subscriptions."""
    env["integration.connector"]._complete_service_users()
