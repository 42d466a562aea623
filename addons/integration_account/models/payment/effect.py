# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2.extras import execute_values

from odoo import api, fields, models


class IntegrationEffect(models.Model):
    """Effects that several objects of a system may bring at the same moment.

    A charge and its invoice are two lanes and may be worked on by two drains. Both
    would do the whole work before the unique key stops one of them, and the halving
    of its batch would do it over and over. Claiming tells them before the work.
    """

    _inherit = "integration.effect"

    @api.model
    def _lock_keys(self, keys: list[str]) -> set[str]:
        """Keys that no other transaction works on just now; held until ours ends."""
        self.env.cr.execute(
            "SELECT k FROM unnest(%s) AS k "
            "WHERE pg_try_advisory_xact_lock(hashtextextended(k, 0))",
            (sorted(keys),),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _claim(self, company, rows: list[dict]) -> set[str]:
        """Write effects down before they are done, in the transaction that does them.

        One that was committed after this transaction took its snapshot makes
        PostgreSQL raise a serialization failure: the batch is done again and sees it.

        :param rows: dicts with key, event_id
        :return: the keys that are ours now; a missing one has happened already
        """
        now = fields.Datetime.now()
        rows = sorted(rows, key=lambda row: row["key"])
        claimed = execute_values(
            self.env.cr._obj,
            "INSERT INTO integration_effect (key, company_id, event_id, create_date) "
            "VALUES %s ON CONFLICT (key) DO NOTHING RETURNING key",
            [(r["key"], company.id, r["event_id"] or None, now) for r in rows],
            page_size=1000,
            fetch=True,
        )
        return {row[0] for row in claimed}

    @api.model
    def _fulfil(self, rows: list[dict]) -> None:
        """Say what claimed effects have made.

        :param rows: dicts with key, model, res_id
        """
        execute_values(
            self.env.cr._obj,
            "UPDATE integration_effect e SET model = v.model, res_id = v.res_id "
            "FROM (VALUES %s) AS v (key, model, res_id) WHERE e.key = v.key",
            [(row["key"], row["model"], row["res_id"]) for row in rows],
            page_size=1000,
        )
        self.invalidate_model(["model", "res_id"], flush=False)
