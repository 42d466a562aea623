# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta

from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine.errors import AuthenticationError, RateLimitedError, TransientError
from ...transaction import checkpoint

# By how much a reading begins before the one before it: what a peer lists late.
OVERLAP = timedelta(hours=1)


class IntegrationFlow(models.Model):
    """Lists that only grow: read whole once, then what is new; or what belongs to one.

    An entity says with ``_append_only`` that its objects never change, the adapter with
    `_cursor_since` where what is new begins. What is read twice costs no row.
    """

    _inherit = "integration.flow"

    def _read_up_to(self) -> dict:
        """The part of the watermark that the last complete reading left."""
        self.ensure_one()
        watermark = dict(self.watermark or {})
        watermark.pop("begun", None)
        return watermark

    def _watermark_after(self, page) -> dict:
        """The watermark once a page was applied.

        What is made while a reading goes on comes before its first page, so the next
        one begins where that was read. A reading that only compared something, be it
        for one page, has brought nothing of it into Odoo and leaves no mark.
        """
        self.ensure_one()
        begun = (self.watermark or {}).get("begun", page.version)
        begun = begun if self.mode == "live" else ""
        if page.cursor:
            return self._read_up_to() | {"begun": begun}
        return {"read": begun} if begun else self._read_up_to()

    def _cursor_of_new(self) -> str:
        """Cursor of the first page that may hold something new; '' reads all."""
        self.ensure_one()
        entity = self.env["integration.entity"]._for(self.entity)
        read = self._read_up_to().get("read")
        grows = entity is not None and entity._append_only
        if self.direction != "in" or not read or not grows:
            return ""
        since = datetime.fromisoformat(read.removesuffix("Z")) - OVERLAP
        connector = self.connector_id
        return connector._adapter()._cursor_since(connector, self.entity, since)

    def _read_part(self, owner: str, owner_id: str) -> int:
        """Read and apply what belongs to one object of another entity.

        For a job: each page is applied in a transaction of its own. Objects that are
        here already cost no row.

        :param owner: its entity
        :param owner_id: the peer's id of it
        :return: how many objects were read
        :raises RetryableJobError: the peer does not answer just now
        :raises engine.errors.IntegrationError: it cannot tell
        """
        self.ensure_one()
        flow, cursor, count = self.sudo(), "", 0
        connector = flow.connector_id
        adapter = connector._adapter()
        while not flow._load_obstacle():
            checkpoint(self.env)  # no open snapshot while the peer is asked
            try:
                page = adapter._page_of(
                    connector, flow.entity, owner, owner_id, cursor, 100
                )
            except AuthenticationError as error:
                connector._suspend(connector._explain(error))
                break
            except (RateLimitedError, TransientError) as error:
                raise RetryableJobError(
                    str(error), seconds=int(error.retry_after or 30), ignore_retry=True
                ) from error
            flow._apply_page(connector, adapter, page, f"{owner}:{owner_id}:{cursor}")
            checkpoint(self.env)
            count, cursor = count + len(page.records), page.cursor
            if not cursor:
                break
        return count
