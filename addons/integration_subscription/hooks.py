# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


def post_init_hook(env):
    """Give technical users that are there already what subscriptions need.

    New ones get the group when they are made; a connector that was set up before this
    addon came would otherwise fail at its first subscription.
    """
    connectors = env["integration.connector"].with_context(active_test=False)
    for connector in connectors.search([("service_user_id", "!=", False)]):
        connector.service_user_id.group_ids |= connector._service_user_groups()
