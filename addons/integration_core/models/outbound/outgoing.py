# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2.extras import Json

from odoo import api, models
from odoo.fields import Domain

from ...engine.errors import BusinessRuleError, IntegrationError
from ...messages import Outgoing
from .outbound import PART, lane_of

# A record that goes to and fro: this many changes each way within so many minutes.
LOOP_ROUNDS = 6
LOOP_MINUTES = 10


class IntegrationOutgoing(models.AbstractModel):
    """The one path outbound, up to the call: which records go, and what of them.

    Works on a batch: one query an entity and step. Nothing here talks to the peer.
    """

    _name = "integration.outgoing"
    _description = "Outgoing path"

    @api.model
    def _prepare(self, connector, items: list[Outgoing], plans=None) -> None:
        """Decide on each message; those that stay open have their record to send.

        :param plans: entity → :class:`connector_out.OutPlan` to use instead of those
            of the connector's flows
        """
        plans = connector._out_plans() if plans is None else plans
        for item in items:
            item.flow = plans.get(item.entity)
            if item.flow is None:
                item.skip("not_subscribed")
        env = connector._work_env() if any(i.open for i in items) else None
        for entity, group in by_entity(items).items():
            model = self.env["integration.entity"]._for(entity)
            if model is None:
                for item in group:
                    item.skip("not_subscribed")
                continue
            model = env[model._name]
            self._to_owners(connector, model, group)
            group = [item for item in group if item.open]
            self._coalesce(connector, group)
            self._find_links(connector, entity, group)
            self._select(connector, model, [i for i in group if i.open])
            self._fill(connector, model, [i for i in group if i.open])
            self._check_loops(connector, [i for i in group if i.open])
            self._only_compare([i for i in group if i.open])

    # === WHICH === #

    @api.model
    def _to_owners(self, connector, model, items: list[Outgoing]) -> None:
        """A part of a record, such as an address, goes with the record it belongs to.

        Its message joins the record's lane and comes up again there.
        """
        groups: dict[str, list] = {}
        for item in items:
            if not item.deleted:
                groups.setdefault(item.model, []).append(item)
        for name, group in groups.items():
            records = model.env[name].with_context(active_test=False)
            # sudo: only whether they exist and to which record they belong.
            records = records.sudo().browse(i.res_id for i in group).exists()
            owners = model._export_owner(records)
            for item in group:
                owner = owners.get(item.res_id)
                self._to_owner(connector, model, item, records, owner)

    @api.model
    def _to_owner(self, connector, model, item: Outgoing, records, owner) -> None:
        """Move one message to the record, or the records, that its own belongs to."""
        if item.res_id not in records._ids:
            item.skip("superseded", self.env._("The record was deleted."))
            return
        owners = owner if isinstance(owner, tuple) else (owner,) if owner else ()
        if not owners:
            item.outcome = "drop"
            return
        outbound = self.env["integration.outbound"]
        if (item.model, item.res_id) == (model._record_model, owners[0]):
            return
        item.changed = [f"{PART}{name}" for name in item.changed] or [PART]
        item.model, item.res_id = model._record_model, owners[0]
        item.lane = lane_of(item.entity, item.model, item.res_id)
        item.outcome = "move"
        outbound._append(
            [
                outbound._row_of(connector, item.entity, item.model, other)
                | {"changed": item.changed, "causation_id": item.event_id}
                for other in owners[1:]
            ]
        )

    @api.model
    def _coalesce(self, connector, items: list[Outgoing]) -> None:
        """Of several snapshots of one record only the newest is sent.

        It stands for all that the older ones, and those that failed or wait, were
        about, and keeps that: the worker may be killed before it is sent.
        """
        newest: dict[str, Outgoing] = {}
        before = {item.event_id: (item.changed, item.forced) for item in items}
        for item in items:
            if item.kind != "state":
                continue
            older = newest.get(item.lane)
            newest[item.lane] = item
            if older:
                self._stand_for(item, older.changed, older.forced)
                older.skip("coalesced")
        self._stand_for_failed(connector, newest)
        self.env.cr.executemany(
            "UPDATE integration_event SET changed = %s, forced = %s WHERE id = %s",
            [
                (Json(item.changed), item.forced, item.event_id)
                for item in newest.values()
                if before[item.event_id] != (item.changed, item.forced)
            ],
        )

    @api.model
    def _stand_for(self, item: Outgoing, changed: list, forced: bool) -> None:
        """Let a message be about what an older one was about, too."""
        item.changed = sorted({*item.changed, *changed})
        item.forced = item.forced or forced

    @api.model
    def _stand_for_failed(self, connector, newest: dict) -> None:
        """What is left of older messages of these lanes ends with the newer one."""
        if not newest:
            return
        self.env.cr.execute(
            """
            SELECT id, lane, COALESCE(changed, '[]'), COALESCE(forced, false)
              FROM integration_event
             WHERE connector_id = %s AND direction = 'out' AND lane = ANY(%s)
               AND kind = 'state'
               AND state IN ('review', 'dead', 'quarantine', 'waiting')
            """,
            (connector.id, list(newest)),
        )
        for event_id, lane, changed, forced in self.env.cr.fetchall():
            item = newest[lane]
            if event_id < item.event_id:
                self._stand_for(item, changed, forced)

    @api.model
    def _find_links(self, connector, entity: str, items: list[Outgoing]) -> None:
        """The object each record is bound to, if it is."""
        known = self.env["integration.external.id"]._links_of(
            connector, entity, {(i.model, i.res_id) for i in items if i.open}
        )
        database = self.env["integration.outbound"]._database()
        for item in items:
            item.reference = f"{database}:{item.model}:{item.res_id}"
            item.links = known.get((item.model, item.res_id), {})
            item.link = item.links.get("")
            if item.link:
                item.external_id = item.link.external_id
        self._give_way(connector, entity, [i for i in items if i.open and i.link])

    @api.model
    def _give_way(self, connector, entity: str, items: list[Outgoing]) -> None:
        """What the peer said of the object and is not applied yet comes first: only
        then it shows whether both sides changed it."""
        if not items:
            return
        self.env.cr.execute(
            """
            SELECT k.external_id FROM unnest(%s) AS k (external_id)
             WHERE EXISTS (
                   SELECT 1 FROM integration_event e
                    WHERE e.connector_id = %s AND e.entity = %s
                      AND e.external_id = k.external_id AND e.direction = 'in'
                      AND e.kind = 'state' AND e.state = 'pending'
                      AND e.received_at > now() AT TIME ZONE 'UTC' - interval '1 min')
            """,
            ([i.external_id for i in items], connector.id, entity),
        )
        busy = {row[0] for row in self.env.cr.fetchall()}
        paused = entity in connector._paused_entities()
        for item in items:
            if item.external_id in busy and not paused:
                item.later()

    @api.model
    def _select(self, connector, model, items: list[Outgoing]) -> None:
        """Leave out what is not this entity, and what the flow's domain leaves out."""
        items = [item for item in items if not item.deleted]
        if not items:
            return
        ids = {item.res_id for item in items}
        records = model.env[model._record_model].with_context(active_test=False)
        meant = set(records.search([("id", "in", ids), *model._export_domain()])._ids)
        domain = Domain.AND([[("id", "in", sorted(meant))], items[0].flow.domain])
        wanted = set(records.search(domain)._ids) if items[0].flow.domain else meant
        for item in items:
            if item.res_id not in meant and not item.link:
                # A model may hold several entities: this was never a message of ours.
                item.outcome = "drop"
            elif item.res_id not in wanted:
                item.skip("filtered")

    # === GUARDS === #

    @api.model
    def _check_loops(self, connector, items: list[Outgoing]) -> None:
        """Stop a record that both sides keep changing in answer to each other."""
        linked = [i for i in items if i.link and not i.forced and i.values is None]
        if not linked:
            return
        self.env.cr.execute(
            """
            SELECT external_id, count(*) FILTER (WHERE direction = 'in'),
                   count(*) FILTER (WHERE direction = 'out')
              FROM integration_job_log
             WHERE connector_id = %s AND entity = %s AND external_id = ANY(%s)
               AND operation IN ('create', 'update', 'link') AND status <> 'error'
               AND create_date > now() AT TIME ZONE 'UTC' - make_interval(mins => %s)
             GROUP BY external_id
            """,
            (
                connector.id,
                linked[0].entity,
                [i.external_id for i in linked],
                LOOP_MINUTES,
            ),
        )
        rounds = {row[0]: min(row[1:]) for row in self.env.cr.fetchall()}
        for item in linked:
            if rounds.get(item.external_id, 0) >= LOOP_ROUNDS:
                item.fail(self._loop(connector, item, rounds[item.external_id]))

    @api.model
    def _loop(self, connector, item: Outgoing, rounds: int) -> IntegrationError:
        return BusinessRuleError(
            self.env._(
                "Odoo and %(connector)s keep changing this record in answer to each "
                "other: %(rounds)s times each way within %(minutes)s minutes.",
                connector=connector.name,
                rounds=rounds,
                minutes=LOOP_MINUTES,
            ),
            hint=self.env._(
                "It was stopped here; nothing is lost. Decide under Data Owners which "
                "side owns the fields, or mend the rule or automation that changes "
                "them back; then retry."
            ),
            details={"cause": f"loop:{item.entity}", "fields": item.keys},
        )

    @api.model
    def _only_compare(self, items: list[Outgoing]) -> None:
        """A flow that only compares says what it would have sent."""
        for item in items:
            if item.flow.mode == "shadow":
                item.skip("shadow")


def by_entity(items: list[Outgoing]) -> dict[str, list[Outgoing]]:
    """The open items of each entity, in order."""
    groups: dict[str, list[Outgoing]] = {}
    for item in items:
        if item.open:
            groups.setdefault(item.entity, []).append(item)
    return groups
