# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date, datetime

from odoo import api, fields, models

from ...engine import canonical as engine_canonical
from ...engine import versions
from ...engine.errors import MappingError
from ...messages import Item

# Never written from a message, whatever a mapping says.
DENIED_FIELDS = frozenset(
    {
        "id",
        "active",
        "company_id",
        "company_ids",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
        "password",
        "group_ids",
        "groups_id",
        "user_ids",
        "parent_id",
        "signup_token",
        "login",
    }
)


class IntegrationEntityUpsert(models.AbstractModel):
    """Entities whose object is one Odoo record: match, create, write the difference.

    A concrete entity overrides :meth:`_values` and :meth:`_identity_keys`, and
    :meth:`_after` for what hangs on the record. Who changed a field is told by
    ``base``, the hash of the value both sides last agreed on: a field that the peer did
    not change keeps what Odoo says.
    """

    _name = "integration.entity.upsert"
    _inherit = "integration.entity"
    _description = "Entity with one record"

    # === HOOKS FOR A CONCRETE ENTITY === #

    @api.model
    def _values(self, item: Item) -> dict:
        """Odoo field → value, only for what the canonical record speaks of.

        Adds to ``item.notes`` what could not be taken over.
        """
        raise NotImplementedError

    @api.model
    def _new_values(self, item: Item) -> dict:
        """What a new record needs besides :meth:`_values`."""
        return {}

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Write what hangs on the records: addresses, lines."""

    # === APPLY === #

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: the batch in a handful of statements."""
        self._prepare(connector, items)
        items = [item for item in items if item.open]
        records = self._records(items)
        self._judge(connector, items, records)
        self._create_records([item for item in items if not item.res_id], records)
        for item in items:
            if item.operation != "create":
                self._update_record(item, records)
        items = [item for item in items if item.open]
        self._after(connector, items, records)
        self._describe(items, records)
        self._log_refused(connector, items)
        self.env["integration.ownership"]._stamp_taken(self, items)

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: what would happen, nothing written."""
        self._prepare(connector, items)
        items = [item for item in items if item.open]
        records = self._records(items)
        self._judge(connector, items, records)
        for item in items:
            if item.res_id:
                changes = self._changes(item, records[item.res_id])
                self._judge_parts(item, records)
                self._note_refused(item)
                self._note_changes(item, records[item.res_id], changes)
                item.document_name = records[item.res_id].display_name
            else:
                item.operation = "create"
                item.diff = self._creation_diff(item.vals)
            item.skip("shadow")

    @api.model
    def _prepare(self, connector, items: list[Item]) -> None:
        """Values of every item, and the record of those that have one."""
        for item in items:
            item.model = self._record_model
            if item.link:
                item.res_id = item.link.res_id
            item.vals = self._values(item)
            item.vals |= self._custom_values(item)
        self._drop_missing([item for item in items if item.res_id])
        self._match(connector, [item for item in items if not item.res_id])
        self._admit_new(connector, [i for i in items if i.open and not i.res_id])

    @api.model
    def _judge(self, connector, items: list[Item], records: dict) -> None:
        """Who decides the values of each known record, read once for the batch."""
        self.env["integration.ownership"]._judge(
            connector, self, [item for item in items if item.res_id], records
        )

    @api.model
    def _drop_missing(self, items: list[Item]) -> None:
        """A bound record that is no longer there: it is made again, with a note."""
        records = self.env[self._record_model].browse(i.res_id for i in items)
        alive = set(records.exists().ids)
        for item in items:
            if item.res_id not in alive:
                item.notes.append(
                    self.env._("The linked record was deleted in Odoo; made again.")
                )
                item.res_id, item.link = 0, None

    @api.model
    def _records(self, items: list[Item]) -> dict:
        """id → record, all of one recordset so that they prefetch together."""
        ids = [item.res_id for item in items if item.res_id]
        records = self.env[self._record_model].with_context(active_test=False)
        return {record.id: record for record in records.browse(ids)}

    # === CREATE === #

    @api.model
    def _create_records(self, items: list[Item], records: dict) -> None:
        """One create for all new records."""
        if not items:
            return
        vals_list = [dict(item.vals, **self._new_values(item)) for item in items]
        # create() puts further values into the dicts it is given.
        created = self.env[self._record_model].create([dict(v) for v in vals_list])
        for item, record, vals in zip(items, created, vals_list, strict=True):
            item.res_id, item.operation = record.id, "create"
            item.base |= {name: stamp_of(value) for name, value in item.vals.items()}
            item.diff = self._creation_diff(vals)
            self._keep_forms(item, record, item.vals)
            records[record.id] = record

    @api.model
    def _creation_diff(self, vals: dict) -> dict:
        return {
            name: [None, self._human(name, value)]
            for name, value in vals.items()
            if value not in (False, None, "")
        }

    # === UPDATE === #

    @api.model
    def _update_record(self, item: Item, records: dict) -> None:
        record = records[item.res_id]
        changes = self._changes(item, record)
        self._judge_parts(item, records)
        if item.conflicts:
            self._stop_conflicts(item)
            return
        self._note_changes(item, record, changes)
        if changes:
            record.write(changes)
        self._keep_forms(item, record, changes)

    @api.model
    def _note_changes(self, item: Item, record, changes: dict) -> None:
        """Operation and difference of an item, before anything is written."""
        item.diff = {
            name: [self._human(name, self._now(record, name)), self._human(name, value)]
            for name, value in changes.items()
        }
        if item.operation == "link":
            return
        if changes.get("active") is False:
            item.operation = "archive"
        else:
            item.operation = "update" if changes else "none"

    @api.model
    def _changes(self, item: Item, record) -> dict:
        """The values to write: what the peer changed and Odoo does not have yet.

        Fills ``item.base``. A first contact fills what is empty in Odoo and never
        blanks what is there. Where rules of data owners exist, they decide.
        """
        old = dict(item.link.base or {}) if item.link else {}
        item.base = {**old, **item.base}
        changes = {}
        for name, value in item.vals.items():
            item.base[name] = stamp = stamp_of(value)
            if old.get(name) == stamp and not item.judge:
                continue
            current = self._now(record, name)
            if current == value:
                continue
            if item.operation == "link" and not value and name != "active":
                continue
            decided = self._decided(item, name, value, current)
            if decided is not None:
                if decided:
                    changes[name] = value
                continue
            if old.get(name) == stamp:
                continue
            if name in old and old[name] != stamp_of(current):
                item.notes.append(
                    self.env._(
                        "%(field)s had been changed in Odoo as well; replaced.",
                        field=self._field_label(name),
                    )
                )
            changes[name] = value
        return changes

    @api.model
    def _now(self, record, name: str):
        """The stored value in the form that ``write`` takes."""
        value = record[name]
        if isinstance(value, models.BaseModel):
            return value.id
        return value

    @api.model
    def _note_once(self, item: Item, key: str, value, message: str) -> None:
        """Say what could not be taken over: again only when the value is another one.

        :param key: what is noted; kept in ``base`` beside the fields
        """
        stamp = stamp_of(value)
        known = (item.link.base or {}).get(f"note:{key}") if item.link else None
        item.base[f"note:{key}"] = stamp
        if known != stamp:
            item.notes.append(message)

    # === CUSTOM FIELDS === #

    @api.model
    def _custom_values(self, item: Item) -> dict:
        """Values of the object ``custom``: stored plain fields of the main model."""
        values = {}
        for name, value in (item.canonical.get("custom") or {}).items():
            field = self.env[self._record_model]._fields.get(name)
            if not self._custom_allowed(field):
                self._note_once(
                    item,
                    name,
                    True,
                    self.env._(
                        "The field %(field)s cannot be filled from a message.",
                        field=name,
                    ),
                )
                continue
            try:
                values[name] = self._custom_convert(field, value)
            except (TypeError, ValueError) as error:
                raise MappingError(
                    self.env._(
                        "“%(value)s” does not fit into the field %(field)s.",
                        value=str(value)[:40],
                        field=self._field_label(name),
                    ),
                    path=f"custom.{name}",
                ) from error
        return values

    @api.model
    def _custom_convert(self, field, value):
        if value is None:
            return False
        if field.type in ("char", "text"):
            return str(value)
        if field.type == "integer":
            return int(value)
        if field.type in ("float", "monetary"):
            return float(value)
        if field.type == "date":
            return fields.Date.to_date(value)
        if field.type == "datetime":
            moment = datetime.fromisoformat(versions.from_iso(value)[:-1])
            return moment.replace(microsecond=0)
        return value

    @api.model
    def _custom_allowed(self, field) -> bool:
        """Stored, writable, of a plain type, not on the deny list, no group on it."""
        return bool(
            field
            and field.name not in DENIED_FIELDS
            and field.store
            and not field.compute
            and not field.related
            and not field.groups
            and field.type
            in ("char", "text", "integer", "float", "boolean", "date", "datetime")
        )

    # === WORDS === #

    @api.model
    def _describe(self, items: list[Item], records: dict) -> None:
        for item in items:
            item.document_name = records[item.res_id].display_name

    @api.model
    def _field_label(self, name: str) -> str:
        field = self.env[self._record_model]._fields.get(name)
        return field._description_string(self.env) if field else name

    @api.model
    def _human(self, name: str, value):
        """A value as people read it: names instead of ids."""
        field = self.env[self._record_model]._fields.get(name)
        if field is not None and field.type == "many2one" and value:
            # sudo: only the name, for the log, of a record that was just chosen.
            return self.env[field.comodel_name].sudo().browse(value).display_name
        if field is not None and field.type == "boolean":
            return bool(value)
        return value or None


def stamp_of(value) -> str:
    """Short hash of a value, for ``base``; empty values are all the same."""
    if isinstance(value, date):
        value = value.isoformat()
    return engine_canonical.short_hash(value or None)
