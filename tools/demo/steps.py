# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What several steps of the demo need: who does them, and waiting for the jobs."""

import time


def user(env, login):
    """One of the demo's people."""
    return env["res.users"].search([("login", "=", login)])


def until(env, ready, seconds):
    """Wait until something is there; what was found, or what was found in the end.

    :param ready: function without parameters, asked in a new transaction each time
    """
    deadline = time.monotonic() + seconds
    while True:
        env.cr.commit()  # a new transaction sees what the jobs have done
        env.invalidate_all()
        found = ready()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.5)
