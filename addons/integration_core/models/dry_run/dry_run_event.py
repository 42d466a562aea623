# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError

from ...preview_messages import Preview, PreviewSource


class IntegrationEvent(models.Model):
    """What a stored message would do if it were worked on now."""

    _inherit = "integration.event"

    def _preview_replay(self, bodies: dict | None = None) -> list[Preview]:
        """See :meth:`integration.dry.run._preview`, for these incoming messages.

        Messages of one connector are one batch, in the order of their ids. The caller
        checks who may see the content.

        :param bodies: event id → other content that is tried instead of the stored one
        :return: connector by connector; ``event_id`` says which message each is about
        :raises UserError: one of them goes out
        """
        if any(event.direction != "in" for event in self):
            raise UserError(self.env._("Only incoming messages can be tried."))
        bodies = bodies or {}
        previews = []
        for connector, events in self.sudo().grouped("connector_id").items():
            sources = [
                PreviewSource(event_id=event.id, body=bodies.get(event.id))
                for event in events.sorted("id")
            ]
            dry_run = self.env["integration.dry.run"]
            previews += dry_run._preview(connector, sources)
        return previews


class IntegrationSchema(models.Model):
    """All that is wrong with a record at once."""

    _inherit = "integration.schema"

    @api.model
    def _all_errors(self, entity: str, canonical: dict) -> list[dict]:
        """Every ``{"path", "message"}`` that breaks the format in use."""
        _version, validator = self._validators().get(entity, (0, None))
        found = validator.errors(canonical) if validator else []
        return [{"path": path, "message": message} for message, path in found]
