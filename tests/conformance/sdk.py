# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of invoices and payments look at."""

import requests


def types(sim, after=0):
    """Types of the events so far, without the first ``after``."""
    return [event["type"] for event in sim.events.values()][after:]


def old(sim, path, version="2024-06-20"):
    """An object as an older version of the API shows it."""
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}
    answer = requests.get(sim.url + path, headers=headers, timeout=10)
    return answer.json()
