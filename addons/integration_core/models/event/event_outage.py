# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ...engine.errors import TransientError
from ...engine.masking import masked_logger
from ...messages import Item
from ...transaction import is_outage

_logger = masked_logger(__name__)


class IntegrationEvent(models.Model):
    """A job that lost its database is no fault of its message."""

    _inherit = "integration.event"

    def _job_process_failed(self, exc_name="", exc_message="", exc_info=""):
        if not is_outage(exc_name):
            return super()._job_process_failed(exc_name, exc_message, exc_info)
        for event in self.sudo().filtered(lambda e: e.state == "retry"):
            _logger.warning("Message %s: the database went away", event.uuid)
            event._try_again()

    def _try_again(self) -> None:
        """As after any other transient failure: later, and not for ever."""
        for row in self.env["integration.pipeline"]._rows(self.ids):
            item = Item(*row)
            item.fail(TransientError(self.env._("The database was not available.")))
            connector = self.browse(item.event_id).connector_id
            self.env["integration.outcome"]._finish(connector, [item], False, 0)
