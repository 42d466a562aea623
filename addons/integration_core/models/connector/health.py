# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

# The sweeper runs every minute; silence of this length means no job process.
SILENCE = 300


class IntegrationHealth(models.AbstractModel):
    _name = "integration.health"
    _description = "Health"

    @api.model
    def _figures(self) -> dict:
        """Queue and job process in figures, from indexes only.

        :return: jobs (bool), pending, oldest_seconds, attention (numbers)
        """
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM (SELECT 1 FROM integration_event
                     WHERE state = 'pending' LIMIT 100000) p),
                   (SELECT COALESCE(EXTRACT(epoch FROM now() AT TIME ZONE 'UTC'
                                            - min(received_at)), 0)
                      FROM (SELECT received_at FROM integration_event
                             WHERE state = 'pending' ORDER BY id LIMIT 1) o),
                   (SELECT count(*) FROM integration_exception WHERE state = 'open'),
                   (SELECT EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - lastcall)
                      FROM ir_cron WHERE id = %s)
            """,
            (self.env.ref("integration_core.cron_sweep").id,),
        )
        pending, oldest, attention, silence = self.env.cr.fetchone()
        return {
            "jobs": silence is not None and silence < SILENCE,
            "pending": pending,
            "oldest_seconds": int(oldest),
            "attention": attention,
        }
