# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Send drains inside a test: for the tests of every system that is written."""

from contextlib import contextmanager
from unittest.mock import patch

MODELS = "odoo.addons.integration_core.models"


class SendingMixin:
    """Jobs of the way out, in the test's own transaction; needs ``connector``."""

    @contextmanager
    def jobs(self):
        """Commit and rollback of a job, inside the test's transaction."""

        def keep(env):
            env.flush_all()
            env.invalidate_all()

        with (
            patch(f"{MODELS}.outbound.send.checkpoint", keep),
            patch(f"{MODELS}.outbound.send.fresh_snapshot", keep),
            patch(f"{MODELS}.event.event_send.checkpoint", keep),
            patch(f"{MODELS}.event.event_send.fresh_snapshot", keep),
        ):
            yield

    def send(self, connector=None):
        """What the send drains' jobs do, until nothing is ready."""
        connector = (connector or self.connector).sudo()
        self.env.flush_all()
        drains = self.env["integration.send"]
        with self.jobs():
            for _round in range(20):
                self.env.invalidate_all()
                if not connector._may_work():
                    return
                ready = [
                    drains._ready(connector, drain, 20)
                    for drain in range(connector.drain_count)
                ]
                if not any(ready):
                    return
                for rows in ready:
                    drains._take(connector, rows)
        self.fail("there is no end of it")

    def run_job(self, event):
        """One attempt of the message's own job; seconds until the next one."""
        self.env.flush_all()
        with self.jobs():
            seconds = self.env["integration.send"]._alone(event.sudo())
        self.env.invalidate_all()
        return seconds
