# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid as uuidlib
from datetime import datetime, timezone
from operator import itemgetter
from typing import NamedTuple

from psycopg2.extras import Json, execute_values

from odoo import SUPERUSER_ID, api, models, tools

from ... import settings
from ...engine import trace
from ...engine.masking import masked_logger
from ..inbound.intake import shard_of
from .tracked import ORIGIN

_logger = masked_logger(__name__)

# Before the name of a changed field: of a part, not of the record itself. Alone: a part
# came or went.
PART = "*."
# Where a transaction keeps which connectors are to be woken when it is committed.
WAKE = "integration_core.wake"
COLUMNS = (
    "uuid",
    "connector_id",
    "company_id",
    "direction",
    "event_type",
    "source_type",
    "entity",
    "external_id",
    "lane",
    "kind",
    "state",
    "model",
    "res_id",
    "changed",
    "forced",
    "shard",
    "correlation_id",
    "causation_id",
    "occurred_at",
    "received_at",
    "attempts",
    "body",
)
INSERT = f"INSERT INTO integration_event ({', '.join(COLUMNS)}) VALUES %s RETURNING id"


class Subscription(NamedTuple):
    """A flow that sends a model, as the flush needs it.

    :param fields: stored fields of the model whose change matters
    :param main: whether the model is the entity's own, not a part of it
    """

    connector_id: int
    company_id: int
    entity: str
    event_type: str
    fields: frozenset
    main: bool


class IntegrationOutbound(models.AbstractModel):
    """What goes out: who wants to know of a change, and the messages it makes."""

    _name = "integration.outbound"
    _description = "Outgoing changes"

    # === WHO WANTS TO KNOW === #

    @api.model
    @tools.ormcache()
    def _subscriptions(self) -> dict[str, tuple]:
        """Model → flows that send it, once per process."""
        self.env["integration.flow"].flush_model()
        self.env["integration.connector"].flush_model()
        self.env.cr.execute(
            """
            SELECT c.id, c.company_id, f.entity, f.id
              FROM integration_flow f
              JOIN integration_connector c ON c.id = f.connector_id
             WHERE f.direction = 'out' AND f.trigger <> 'schedule'
               AND c.state IN ('active', 'paused', 'suspended')
               AND c.environment = %s
             ORDER BY c.id, f.entity
            """,
            (settings.current_environment(),),
        )
        found: dict[str, list] = {}
        entities = self.env["integration.entity"]
        flows = self.env["integration.flow"].sudo()
        for connector_id, company_id, name, flow_id in self.env.cr.fetchall():
            entity = entities._for(name)
            if entity is None:
                continue
            watched = dict(entity._export_watch())
            watched[entity._record_model] |= flows.browse(flow_id)._custom_fields()
            for model, names in watched.items():
                subscription = Subscription(
                    connector_id,
                    company_id,
                    name,
                    entity._export_event_type(),
                    names,
                    model == entity._record_model,
                )
                found.setdefault(model, []).append(subscription)
        return {model: tuple(wanted) for model, wanted in found.items()}

    # === WHAT HAPPENED === #

    @api.model
    def _note_created(self, records, subscriptions) -> None:
        """New records: a message for each flow that sends them."""
        self._append(
            [
                self._row(wanted, records._name, id_)
                for wanted in subscriptions
                for id_ in self._foreign(records._name, records._ids, wanted)
            ]
        )

    @api.model
    def _note_changed(self, records, vals_list: list[dict], subscriptions) -> None:
        """Values that were just written to the database."""
        marks = self.env.cr.precommit.data.get(ORIGIN, ())
        rows = []
        # Odoo flushes in the order of a set; messages go in the order of records.
        written = zip(records._ids, vals_list, strict=True)
        for id_, vals in sorted(written, key=itemgetter(0)):
            for wanted in subscriptions:
                names = wanted.fields & vals.keys()
                if names and (wanted.connector_id, records._name, id_) not in marks:
                    row = self._row(wanted, records._name, id_)
                    rows.append(dict(row, changed=sorted(names)))
        self._append(rows)

    @api.model
    def _note_deleted(self, records, subscriptions) -> None:
        """Records that are about to go: their objects are deleted as well.

        The link goes with the record, in the same transaction, so that the peer's own
        message about the deletion finds nothing that it could make again. Where the
        deletion is not sent the link stays, and `integration.linked` refuses it.
        """
        links = self.env["integration.external.id"].sudo()
        rows = []
        for wanted in subscriptions:
            entity = self.env["integration.entity"]._for(wanted.entity)
            # sudo: only which record they are a part of.
            owners = _flat(entity._export_owner(records.sudo()).values())
            rows += [
                dict(self._row(wanted, entity._record_model, id_), changed=[PART])
                for id_ in sorted(owners - set(records.ids if wanted.main else ()))
            ]
            if not wanted.main:
                continue
            domain = [
                ("connector_id", "=", wanted.connector_id),
                ("entity", "=", wanted.entity),
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
            ]
            sent = links.search(domain).filtered(self._sends_deletion)
            for link in sent:
                if link.primary and not link.role:
                    row = self._row(wanted, records._name, link.res_id)
                    rows.append(
                        dict(
                            row,
                            external_id=link.external_id,
                            event_type=entity._export_event_type(deleted=True),
                        )
                    )
            sent.unlink()
        self._append(rows)

    @api.model
    def _foreign(self, model: str, ids, wanted: Subscription) -> list[int]:
        """Those of the records that this connector's own sync did not write."""
        marks = self.env.cr.precommit.data.get(ORIGIN, ())
        return [i for i in ids if (wanted.connector_id, model, i) not in marks]

    # === MESSAGES === #

    @api.model
    def _database(self) -> str:
        """Id of this database: whose records the references at a peer name."""
        # sudo: nobody but administrators reads parameters.
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    @api.model
    def _row_of(self, connector, entity: str, model: str, res_id: int) -> dict:
        """A message about one record for one connector, see :meth:`_append`."""
        wanted = Subscription(
            connector.id,
            connector.company_id.id,
            entity,
            self.env["integration.entity"]._for(entity)._export_event_type(),
            frozenset(),
            True,
        )
        return self._row(wanted, model, res_id)

    @api.model
    def _row(self, wanted, model: str, res_id: int) -> dict:
        """A message about a record, to be filled up for :meth:`_append`."""
        return {
            "connector_id": wanted.connector_id,
            "company_id": wanted.company_id,
            "event_type": wanted.event_type,
            "entity": wanted.entity,
            "model": model,
            "res_id": res_id,
        }

    @api.model
    def _append(self, rows: list[dict]) -> list[int]:
        """Write messages into the outbox, in the transaction of what they tell of.

        One statement. The drains are woken once the transaction is committed.

        :param rows: dicts with connector_id, company_id, event_type, entity, model,
            res_id, and any of changed (list), external_id, kind, state, forced,
            causation_id, body (bytes, to be encrypted)
        :return: ids of the messages, in order
        """
        if not rows:
            return []
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        correlation_id = trace.new_trace_id()
        values = [self._values(row, now, correlation_id) for row in rows]
        ids = execute_values(
            self.env.cr._obj, INSERT, values, page_size=len(values), fetch=True
        )
        self._wake_after_commit({row["connector_id"] for row in rows})
        return [row[0] for row in ids]

    @api.model
    def _values(self, row: dict, now: datetime, correlation_id: str) -> tuple:
        uuid = str(uuidlib.uuid4())
        lane = lane_of(row["entity"], row["model"], row["res_id"])
        body = row.get("body")
        if body:
            aad = self.env["integration.event"]._body_aad(uuid)
            body = self.env["integration.vault"]._encrypt(body, aad)
        full = {
            "kind": "state",
            "state": "pending",
            "forced": False,
            "correlation_id": correlation_id,
            **row,
            "uuid": uuid,
            "source_type": row["event_type"],
            "direction": "out",
            "lane": lane,
            "changed": Json(row.get("changed") or []),
            "shard": shard_of(lane),
            "occurred_at": now,
            "received_at": now,
            "attempts": 0,
            "body": body,
        }
        return tuple(full.get(name) for name in COLUMNS)

    # === WAKING === #

    @api.model
    def _wake_after_commit(self, connector_ids: set) -> None:
        """Ask for the drains once these messages can be seen by them.

        Not in this transaction: a wake-up that waits already may run, and end, before
        the messages are committed. After a crash in between the sweeper wakes them.
        """
        postcommit = self.env.cr.postcommit
        if WAKE not in postcommit.data:
            registry, waiting = self.env.registry, set()
            postcommit.data[WAKE] = waiting
            postcommit.add(lambda: _wake_committed(registry, waiting))
        postcommit.data[WAKE].update(connector_ids)


def lane_of(entity: str, model: str, res_id: int) -> str:
    """The lane of a record's outgoing messages; what waits for it names it so."""
    return f"{entity}:{model},{res_id}"


def _flat(owners) -> set[int]:
    """Ids of owners, of which one may be several."""
    found: set[int] = set()
    for owner in owners:
        found.update(owner if isinstance(owner, tuple) else (owner,))
    return found


def _wake_committed(registry, connector_ids: set) -> None:
    """Wake sleeping send drains in a transaction of its own; never fails the caller."""
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connectors = env["integration.connector"].browse(sorted(connector_ids))
            connectors.exists()._wake_asleep()
    except Exception:
        _logger.exception("Outgoing messages wait for the sweeper")
