# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ...engine import canonical as engine_canonical
from ...engine import strict_json
from ...engine.errors import (
    BusinessRuleError,
    IntegrationError,
    MappingError,
    MissingReferenceError,
)
from ...messages import Outgoing
from ..entity.entity_export import find_records
from ..entity.entity_upsert import stamp_of
from .outbound import PART, lane_of

EMPTY = (None, [], {})


class IntegrationOutgoing(models.AbstractModel):
    """What is sent of a record: exported, checked, owned, minimised, mapped."""

    _inherit = "integration.outgoing"

    @api.model
    def _fill(self, connector, model, items: list[Outgoing]) -> None:
        """Record to send of each item; who has nothing to say is skipped."""
        self._read_requests(items)
        self._export(connector, model, [i for i in items if not i.deleted])
        self._resolve(connector, model, [i for i in items if i.open and i.canonical])
        ready = [i for i in items if i.open and i.canonical]
        self._ask_owners(connector, model, ready)
        for item in ready:
            try:
                self._reduce(model, item)
            except IntegrationError as error:
                item.fail(error)

    @api.model
    def _read_requests(self, items: list[Outgoing]) -> None:
        """Values that a change request wants at the peer."""
        for item in items:
            if item.body:
                item.values = self._unpack(item).get("request")

    @api.model
    def _unpack(self, item: Outgoing) -> dict:
        """Content of an outgoing message, see :meth:`_pack`."""
        aad = self.env["integration.event"]._body_aad(item.uuid)
        body = self.env["integration.vault"]._decrypt(bytes(item.body), aad)
        return strict_json.loads(body)

    # === EXPORT === #

    @api.model
    def _export(self, connector, model, items: list[Outgoing]) -> None:
        """Canonical records, all of one batch; one by one where that fails."""
        records = model.env[model._record_model].with_context(active_test=False)
        # One recordset, so that they are read together.
        by_id = {r.id: r for r in records.browse({i.res_id for i in items})}
        plain = [item for item in items if item.values is None]
        try:
            found = model._export(
                connector, records.browse(dict.fromkeys(i.res_id for i in plain))
            )
        except psycopg2.OperationalError:
            raise
        except Exception:
            found = None
        for item in items:
            record = by_id[item.res_id]
            if item.values is not None:
                record = record.new(item.values, origin=record)
            if item.values is None and found is not None:
                canonical = found.get(item.res_id)
            else:
                canonical = self._export_one(connector, model, record)
            if canonical is None:
                item.skip("not_final")
                continue
            if isinstance(canonical, IntegrationError):
                item.fail(canonical)
                continue
            item.document_name = by_id[item.res_id].display_name
            item.stamps = self._stamps(model, item, by_id[item.res_id])
            item.canonical = dict(
                canonical, external_id=item.external_id or item.reference
            )
            if item.flow.custom:
                custom = model._export_custom(record, item.flow.custom)
                item.canonical["custom"] = custom

    @api.model
    def _export_one(self, connector, model, record):
        """Canonical record, or the error that exporting it gave."""
        try:
            return model._export(connector, record).get(record._origin.id)
        except IntegrationError as error:
            return error
        except UserError as error:
            return BusinessRuleError(
                str(error.args[0] if error.args else error),
                hint=self.env._("Nothing was sent. Mend the cause, then retry."),
            )
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            pipeline = self.env["integration.pipeline"]
            return pipeline._unexpected(error)

    @api.model
    def _keys_of(self, model, item: Outgoing) -> dict:
        """Canonical key → Odoo fields, with those that only this mapping reads."""
        custom = item.flow.custom if item.flow else None
        keys = model._export_keys()
        return keys | {"custom": custom} if custom else keys

    @api.model
    def _stamps(self, model, item: Outgoing, record) -> dict:
        """Odoo field → hash of its value now, in the words of ``base``."""
        stamps = {}
        for name in model._export_fields() | item.flow.custom:
            if "." not in name:
                value = record[name]
                if isinstance(value, models.BaseModel):
                    value = value.ids if len(value) > 1 else value.id
                stamps[name] = stamp_of(value)
        return stamps

    # === REFERENCES === #

    @api.model
    def _resolve(self, connector, model, items: list[Outgoing]) -> None:
        """Records that are referred to become objects of the peer, in one batch."""
        wanted = [find_records(item.canonical) for item in items]
        if not any(wanted):
            return
        found = self.env["integration.external.id"]._resolve_out(
            connector, {ref for refs in wanted for ref in refs}
        )
        for item, references in zip(items, wanted, strict=True):
            missing = [ref for ref in dict.fromkeys(references) if ref not in found]
            sendable = [ref for ref in missing if self._can_be_sent(connector, ref[0])]
            needed = [
                ref for ref in missing if ref[0] not in model._optional_references
            ]
            if sendable:
                item.fail(self._send_first(connector, item, sendable))
            elif needed:
                item.fail(self._not_linked(connector, model, needed[0]))
            else:
                item.canonical = replace(item.canonical, found)

    @api.model
    def _can_be_sent(self, connector, entity: str) -> bool:
        return (
            entity in connector._out_plans()
            and entity in connector._adapter()._can_send
        )

    @api.model
    def _send_first(self, connector, item: Outgoing, missing) -> IntegrationError:
        """What an item refers to and the peer does not know is sent before it."""
        lanes = [lane_of(*ref) for ref in missing]
        self.env.cr.execute(
            """
            SELECT lane FROM integration_event
             WHERE connector_id = %s AND direction = 'out' AND lane = ANY(%s)
               AND state NOT IN ('done', 'skipped', 'cancelled')
            """,
            (connector.id, lanes),
        )
        coming = {row[0] for row in self.env.cr.fetchall()}
        outbound = self.env["integration.outbound"]
        outbound._append(
            [
                outbound._row_of(connector, *ref) | {"causation_id": item.event_id}
                for ref, lane in zip(missing, lanes, strict=True)
                if lane not in coming
            ]
        )
        entity, model, res_id = missing[0]
        error = MissingReferenceError(
            self.env._(
                "It refers to %(name)s, which is sent first.",
                name=self.env[model].sudo().browse(res_id).display_name,
            ),
            entity=entity,
            external_id=f"{model},{res_id}",
        )
        error.details["missing"] = [[ref[0], f"{ref[1]},{ref[2]}"] for ref in missing]
        return error

    @api.model
    def _not_linked(self, connector, model, reference) -> IntegrationError:
        entity, name, res_id = reference
        shown = self.env[name].sudo().browse(res_id).display_name
        value_map = self.env["integration.value.map"]._map_of(connector, entity)
        if value_map:
            return MappingError(
                self.env._(
                    "No value of %(map)s stands for %(name)s.",
                    map=value_map.name,
                    name=shown,
                ),
                hint=self.env._("Choose one in that value map, then retry."),
                details={"cause": f"{name}:{res_id}"},
            )
        label = dict(self.env["integration.entity"]._entity_selection()).get(
            entity, entity
        )
        return BusinessRuleError(
            self.env._(
                "It refers to %(name)s, which %(connector)s does not know, and no flow "
                "sends it.",
                name=shown,
                connector=connector.name,
            ),
            hint=self.env._(
                "Link it to an object there, or add a flow that sends: %(entity)s. "
                "Then retry.",
                entity=label,
            ),
            details={"cause": f"not_linked:{name},{res_id}"},
        )

    # === WHAT OF IT === #

    @api.model
    def _reduce(self, model, item: Outgoing) -> None:
        """Leave only what changed, may be sent and is needed; then map it.

        :raises engine.errors.IntegrationError: it breaks the format or the mapping
        """
        self.env["integration.pipeline"]._note_amount(item)
        self.env["integration.schema"]._check(item.entity, item.canonical)
        keys = self._changed_keys(model, item)
        keys = [key for key in keys if key not in item.flow.withheld]
        owned = [key for key in keys if key in item.allowed]
        mapped = self._mapped_keys(item, owned)
        # Of something new it need not be said what it has not: both sides agree.
        empty = [k for k in mapped if item.creates and item.canonical[k] in EMPTY]
        item.keys = [key for key in mapped if key not in empty]
        if not item.keys:
            item.skip("not_owner" if keys and not owned else "no_change")
            return
        item.record = self._map(item, item.keys)
        for key in mapped:
            item.marks[key] = engine_canonical.short_hash(item.canonical[key])
        for key in item.keys:
            item.diff[key] = [None, shown(item.canonical[key])]

    @api.model
    def _changed_keys(self, model, item: Outgoing) -> list[str]:
        """Canonical keys that the peer does not have as Odoo has them."""
        fields_of = self._keys_of(model, item)
        keys = [key for key in fields_of if key in item.canonical]
        if item.values is not None:
            return [key for key in keys if fields_of[key] & item.values.keys()]
        if item.link is None or item.forced:
            return keys
        return [key for key in keys if self._differs(item, key, fields_of[key])]

    @api.model
    def _differs(self, item: Outgoing, key: str, names: frozenset) -> bool:
        """Whether a key is another one than both sides last agreed on.

        Where nothing was agreed on yet, a change in Odoo counts.
        """
        base = item.link.base or {}
        if base.get(sent_key(key)) == sent_stamp(item.canonical[key], names, base):
            return False
        for name in names:
            if "." in name:
                part = name.partition(".")[2]
                if PART in item.changed or f"{PART}{part}" in item.changed:
                    return True
            elif name not in base:
                if name in item.changed:
                    return True
            elif base[name] != item.stamps.get(name):
                return True
        return False

    @api.model
    def _ask_owners(self, connector, model, items: list[Outgoing]) -> None:
        """Keys that Odoo may send of each record; a change request may send any.

        A key that is made of several fields goes as a whole or not at all.
        """
        custom = items[0].flow.custom if items else ()
        further = {f"custom.{name}" for name in custom}
        keys = [*model._export_keys(), *further]
        records = model.env[model._record_model].with_context(active_test=False)
        groups: dict[str, list] = {}
        for item in items:
            item.allowed = {*keys, "custom"}
            if item.values is None:
                groups.setdefault("update" if item.link else "create", []).append(item)
        for operation, group in groups.items():
            allowed = self.env["integration.ownership"]._sendable(
                connector,
                model._entity,
                keys,
                operation,
                records.browse(dict.fromkeys(i.res_id for i in group)),
            )
            for item in group:
                item.allowed = allowed.get(item.res_id, set())
                if further <= item.allowed:
                    item.allowed = item.allowed | {"custom"}

    @api.model
    def _mapped_keys(self, item: Outgoing, keys: list) -> list:
        """Those of the keys that the mapping makes something of."""
        mapping, nothing = item.flow.partial, item.flow.nothing
        said = {key: mapping.apply({key: item.canonical[key]}) for key in keys}
        return [key for key in keys if said[key] != nothing]

    @api.model
    def _map(self, item: Outgoing, keys: list) -> dict:
        """The outgoing mapping on a record of nothing but these keys.

        An object that is there already gets no constants again and need not be whole.
        """
        part = {key: item.canonical[key] for key in keys}
        if item.creates:
            return item.flow.mapping.apply(part)
        nothing = item.flow.nothing
        record = item.flow.partial.apply(part)
        return {k: v for k, v in record.items() if k not in nothing or nothing[k] != v}

    # === KEPT WITH THE MESSAGE === #

    @api.model
    def _pack(self, item: Outgoing) -> bytes:
        """What is sent and what it stands for, sealed: an interrupted call is repeated
        with exactly this."""
        content = {
            "request": item.values,
            "sent": item.record,
            "keys": item.keys,
            "reference": item.reference,
            "stamps": item.stamps,
            "marks": item.marks,
        }
        body = strict_json.dumps({k: v for k, v in content.items() if v is not None})
        aad = self.env["integration.event"]._body_aad(item.uuid)
        return self.env["integration.vault"]._encrypt(body.encode(), aad)


def replace(value, found: dict):
    """Canonical record with records replaced by objects; unknown ones by null."""
    if isinstance(value, dict):
        if value.keys() == {"entity", "record"}:
            external_id = found.get((value["entity"], *value["record"]))
            if external_id is None:
                return None
            return {"entity": value["entity"], "external_id": external_id}
        return {key: replace(part, found) for key, part in value.items()}
    if isinstance(value, list):
        return [replace(part, found) for part in value]
    return value


def sent_key(key: str) -> str:
    """Where ``base`` keeps what was last sent of a canonical key."""
    return f"out:{key}"


def sent_stamp(value, names, base: dict) -> str:
    """What stands for a value that was sent, as long as the peer's stays the same."""
    return agreed_stamp(engine_canonical.short_hash(value), names, base)


def agreed_stamp(mark: str, names, base: dict) -> str:
    """As :func:`sent_stamp`, for a value of which only the hash is known."""
    agreed = [base.get(name) for name in sorted(names) if "." not in name]
    return engine_canonical.short_hash([mark, agreed])


def shown(value) -> str | bool | None:
    """A canonical value in one line, for people; an address without its kind."""
    if isinstance(value, dict):
        parts = [part for key, part in value.items() if part and key != "type"]
        return ", ".join(str(shown(part)) for part in parts)
    if isinstance(value, list):
        return "; ".join(str(shown(part)) for part in value) or None
    return value
