# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ...engine.errors import (
    BusinessRuleError,
    IntegrationError,
    PermanentError,
    TransientError,
)
from ...engine.masking import masked_logger
from ...messages import Item

_logger = masked_logger(__name__)


class IntegrationPipeline(models.AbstractModel):
    """Errors that are not ours, as our classes."""

    _inherit = "integration.pipeline"

    @api.model
    def _from_odoo(self, error: Exception) -> IntegrationError:
        """An exception out of Odoo as one of our classes, fit for people."""
        if isinstance(error, UserError):
            return BusinessRuleError(
                str(error.args[0] if error.args else error),
                hint=self.env._("Nothing was booked. Mend the cause, then retry."),
            )
        if isinstance(error, psycopg2.IntegrityError):
            return self._from_constraint(error)
        return self._unexpected(error)

    @api.model
    def _from_constraint(self, error: psycopg2.IntegrityError) -> IntegrationError:
        """A rule of the database: one of ours means a race, another one business."""
        table = error.diag.table_name or ""
        if table.startswith("integration_"):
            return TransientError(
                self.env._("Another worker changed the same object at this moment.")
            )
        model = next(
            (m for name in self.env.registry if (m := self.env[name])._table == table),
            self.env["base"],
        )
        return BusinessRuleError(
            model._sql_error_to_message(error),
            hint=self.env._("Nothing was booked. Mend the cause, then retry."),
        )

    @api.model
    def _unexpected(self, error: Exception) -> IntegrationError:
        """A fault of the program: no text of it is shown, the server log has it."""
        return PermanentError(
            self.env._("Something unexpected happened while working on it."),
            hint=self.env._(
                "Nothing was booked. Retry it; if it fails again, report it with the "
                "trace number of the message."
            ),
            details={"exception": type(error).__name__},
        )

    @api.model
    def _log_unexpected(self, item: Item, error: Exception | None = None) -> None:
        _logger.warning(
            "Message %s (trace %s) failed",
            item.uuid,
            item.correlation_id,
            exc_info=error or True,
        )
