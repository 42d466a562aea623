# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date

from odoo import api, models, tools


class IntegrationEntity(models.AbstractModel):
    """The way out: which Odoo records an entity sends, and as what.

    An entity that goes out overrides :meth:`_export_keys` and :meth:`_export`, and
    :meth:`_export_domain` where not every record of its model is meant.
    """

    _inherit = "integration.entity"

    # === HOOKS === #

    @api.model
    def _exports(self) -> bool:
        """Whether records of this entity can be sent at all."""
        return bool(self._export_keys())

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Canonical key → Odoo fields that it is made of; empty: nothing goes out.

        A field of :attr:`_record_model`, or ``<one2many>.<field>`` for what hangs on
        the record. Only stored fields: a change is seen when it is written to the
        database. Without ``external_id``.
        """
        return {}

    @api.model
    def _export_domain(self) -> list:
        """Which records of :attr:`_record_model` are this entity, for whatever flow.

        Searched with the rights of the connector's technical user, archived records
        included.
        """
        return []

    @api.model
    def _export_withheld(self) -> frozenset:
        """Canonical keys that do not leave Odoo unless a person allows it."""
        return frozenset({"note"})

    @api.model
    def _export_owner(self, records) -> dict[int, int | tuple]:
        """Record that a change stands for: id of ``records`` → id of the main record,
        or a tuple of ids where one change stands for several.

        Asked for records of :attr:`_record_model` (an address that is sent with its
        customer) and of the models behind dotted fields of :meth:`_export_keys`.
        What is not in the answer is nothing of this entity's.
        """
        if records._name == self._record_model:
            return {record.id: record.id for record in records}
        return {
            record.id: record[name].id
            for name in self._export_inverses(records._name)
            for record in records
            if record[name]
        }

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """A batch of records as canonical ones: ``record._origin.id`` → canonical.

        Holds every key of :meth:`_export_keys`, null where Odoo has nothing; neither
        ``external_id`` nor what should not leave. A reference is
        ``{"entity": "customer", "record": ["res.partner", 7]}``. The records may be new
        ones over an origin (what a change request would make of it), so read fields,
        search nothing.

        A record that is left out is none that should be there now: skipped, not
        final. One that cannot be sent gets an error of ``engine.errors`` as its value.

        :param records: :attr:`_record_model`, in the environment of the technical user
        """
        raise NotImplementedError

    @api.model
    def _parts_there(self, item, record) -> tuple[dict, dict]:
        """What of a record's parts a peer has, after it was sent there.

        :param item: the peer's answer as `messages.Item`, mapped in
        :param record: the record that was sent
        :return: role → record of the part; key of ``base`` → value of it, so that the
            peer's next message about the object finds them and tells nothing new
        """
        return {}, {}

    @api.model
    def _exports_custom(self, field) -> bool:
        """Whether a field may go out in the object ``custom``: what may come in."""
        return self._custom_allowed(field)

    @api.model
    def _export_custom(self, record, names) -> dict:
        """The object ``custom`` of a record: further fields by their Odoo name."""
        return {
            name: _plain(record[name], record._fields[name].type == "boolean")
            for name in sorted(names)
        }

    @api.model
    def _export_event_type(self, deleted: bool = False) -> str:
        """Canonical dotted name of what happened to a record that is sent."""
        what = "deleted" if deleted else "updated"
        return f"{self._entity}.{what}"

    # === DERIVED === #

    @api.model
    @tools.ormcache("self._name")
    def _export_watch(self) -> dict[str, frozenset]:
        """Model → stored fields whose change matters, of the entity and its parts."""
        watched: dict[str, set] = {}
        for names in self._export_keys().values():
            for name in names:
                head, _dot, tail = name.partition(".")
                model = self._record_model
                if tail:
                    model = self.env[model]._fields[head].comodel_name
                watched.setdefault(model, set()).add(tail or head)
        return {model: frozenset(names) for model, names in watched.items()}

    @api.model
    def _export_fields(self) -> frozenset:
        """Every Odoo field that :meth:`_export_keys` names."""
        return frozenset().union(*self._export_keys().values())

    @api.model
    def _export_inverses(self, model: str) -> list[str]:
        """Fields of a part that lead to its main record."""
        main = self.env[self._record_model]
        heads = {n.partition(".")[0] for n in self._export_fields() if "." in n}
        return sorted(
            main._fields[head].inverse_name
            for head in heads
            if main._fields[head].comodel_name == model
        )


def _plain(value, yes_or_no: bool):
    """A field's value as JSON has it; an empty one is null."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value is False and not yes_or_no else value


def find_records(value) -> list[tuple]:
    """Walk a canonical record for ``{"entity": …, "record": [model, id]}`` objects."""
    if isinstance(value, dict):
        if value.keys() == {"entity", "record"}:
            return [(value["entity"], *value["record"])]
        return [ref for part in value.values() for ref in find_records(part)]
    if isinstance(value, list):
        return [ref for part in value for ref in find_records(part)]
    return []
