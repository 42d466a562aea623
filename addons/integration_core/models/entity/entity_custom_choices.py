# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationEntity(models.AbstractModel):
    """Which fields of Odoo a mapping may fill by the object ``custom``."""

    _inherit = "integration.entity"

    @api.model
    def _custom_field_choices(self, entity: str) -> list[tuple[str, str, str]]:
        """Targets ``custom.<field>`` of an entity, for the mapping editor.

        The very fields that the pipeline takes: whoever chooses one of these is never
        told later that it cannot be filled.

        :return: (target, label of the field, its type), by label; empty for an entity
            that takes none
        """
        model = self._for(entity) if entity else None
        if model is None or not model._record_model:
            return []
        known = self.env[model._record_model]._fields
        return sorted(
            (
                (f"custom.{name}", field._description_string(self.env), field.type)
                for name, field in known.items()
                if model._custom_allowed(field)
            ),
            key=lambda choice: (choice[1].casefold(), choice[0]),
        )

    @api.model
    def _custom_allowed(self, field) -> bool:
        """Whether a field may be filled by ``custom``; no field unless it is said."""
        return False
