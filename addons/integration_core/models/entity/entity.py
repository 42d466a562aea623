# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models, tools

from ...messages import Item


class IntegrationEntity(models.AbstractModel):
    """Everything core must know about one business object: Odoo, never a system.

    A domain addon inherits this as ``integration.entity.<name>``. Every hook takes a
    batch. Hooks run in an environment of the connector's technical user.
    """

    _name = "integration.entity"
    _description = "Entity"

    # Canonical name, and the Odoo model its main record has.
    _entity = ""
    _entity_label = ""
    _record_model = ""
    # state: a snapshot, newer replaces older. effect: money or posting, in order.
    _kind = "state"
    # Lower goes first within a batch: what others refer to.
    _rank = 50
    # Its objects never change once they are there, as the entries of a ledger: after
    # the first load only what came since is read, where the adapter can begin there.
    _append_only = False
    # Entities it may refer to without needing them: where no flow of the connector
    # brings one, the reference is left out of ``item.references``.
    _optional_references: frozenset = frozenset()

    # === REGISTRY === #

    @api.model
    @tools.ormcache()
    def _entities(self) -> dict:
        """Canonical name → model name, of every installed entity."""
        return {
            self.env[name]._entity: name
            for name in self.env.registry
            if name.startswith("integration.entity.") and self.env[name]._entity
        }

    @api.model
    def _entity_selection(self) -> list[tuple]:
        """(name, label) of every installed entity, for selections and titles."""
        return sorted(
            (entity, self.env[name]._label())
            for entity, name in self._entities().items()
        )

    @api.model
    def _for(self, entity: str):
        """The entity model of a canonical name, or None."""
        name = self._entities().get(entity)
        return self.env[name] if name else None

    @api.model
    def _label(self) -> str:
        """What people call the entity."""
        return self._entity_label

    # === HOOKS === #

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Canonical money the object is about, for the log and for what is blocked."""
        return None

    @api.model
    def _does_without(self, connector, item: Item, missing: list[tuple]) -> bool:
        """Whether this very message may be applied although it lacks references.

        Asked only where some are missing. They are left out of ``item.references``.

        :param missing: (entity, external id) of what is not known
        """
        return False

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Match, create and write a batch.

        Fills ``model``, ``res_id``, ``operation``, ``diff``, ``notes``, ``base``,
        ``bindings`` and ``document_name`` of each item. An item that a person must
        decide gets :meth:`messages.Item.fail`; an exception fails the whole batch and
        is traced to its item by bisection.
        """
        raise NotImplementedError

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """As :meth:`_apply`, but nothing is written: for flows that only compare."""
        raise NotImplementedError


def find_references(value) -> list[tuple]:
    """Walk a canonical record for ``{"entity": …, "external_id": …}`` objects."""
    if isinstance(value, dict):
        if value.keys() == {"entity", "external_id"}:
            return [(value["entity"], value["external_id"])]
        return [ref for part in value.values() for ref in find_references(part)]
    if isinstance(value, list):
        return [ref for part in value for ref in find_references(part)]
    return []
