# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from psycopg2.extras import execute_values

from odoo import api, fields, models

from ...engine import ownership as engine
from ...engine.errors import OwnershipError


class IntegrationOwnership(models.Model):
    """Judging a batch: a fixed number of queries, whatever its size."""

    _inherit = "integration.ownership"

    @api.model
    def _judge(self, connector, entity, items: list, records: dict) -> None:
        """Give each item the judge of its record; none where there are no rules.

        At most one query each for overrides of records, for values of other systems
        (only for a ranking), for the time of Odoo's changes (only for *newest*) and
        for what people decided before (only where they are asked).

        :param entity: `integration.entity.*` model in the work environment
        :param items: :class:`messages.Item` with ``res_id``
        :param records: record id → record
        """
        rules = self._rules_of(entity._entity)
        if not rules or not items:
            return
        ids = [item.res_id for item in items]
        overrides = self._overrides_of(entity._entity, ids)
        every = [*rules.rules, *(r for found in overrides.values() for r in found)]
        kinds = {rule.rule for rule in every}
        asks = any(rule.on_conflict == "review" for rule in every)
        bases = self._bases(entity, ids) if "ranking" in kinds else {}
        changed = self._stamps(entity, ids) if "newest" in kinds else {}
        decided = (
            self.env["integration.ownership.decision"]._taken(connector, entity, items)
            if asks
            else {}
        )
        now = fields.Datetime.now()
        chosen: dict = {}  # shared by the records without rules of their own
        for item in items:
            record = records[item.res_id]
            item.judge = engine.Judge(
                [*overrides.get(item.res_id, ()), *rules.rules],
                connector.system,
                entity._stage_of(record),
                connector.company_id.id,
                now,
                sent_at=_moment(item),
                bases=bases.get(item.res_id, ()),
                changed=changed.get(item.res_id),
                written=record.write_date if "newest" in kinds else None,
                decisions=decided.get(item.external_id),
                chosen=None if item.res_id in overrides else chosen,
            )
            item.judge.connector = connector

    @api.model
    def _bases(self, entity, ids) -> dict:
        """Record id → (system, ``base``) of each object linked to it."""
        self.env.cr.execute(
            """
            SELECT x.res_id, c.system, x.base
              FROM integration_external_id x
              JOIN integration_connector c ON c.id = x.connector_id
             WHERE x.model = %s AND x.res_id = ANY(%s) AND x.entity = %s
               AND x.role = ''
            """,
            (entity._record_model, list(ids), entity._entity),
        )
        found: dict[int, list] = {}
        for res_id, system, base in self.env.cr.fetchall():
            found.setdefault(res_id, []).append((system, base or {}))
        return found

    # === WHEN A VALUE CAME INTO BEING === #

    @api.model
    def _stamps(self, entity, ids) -> dict:
        """Record id → field → when its present value came into being."""
        self.env.cr.execute(
            "SELECT res_id, field, changed_at FROM integration_ownership_stamp "
            "WHERE model = %s AND res_id = ANY(%s)",
            (entity._record_model, list(ids)),
        )
        found: dict[int, dict] = {}
        for res_id, field, changed_at in self.env.cr.fetchall():
            found.setdefault(res_id, {})[field] = changed_at
        return found

    @api.model
    def _stamp(self, rows: list[tuple]) -> None:
        """Remember when values came into being, in one statement.

        :param rows: (model, record id, field, naive UTC)
        """
        if rows:
            execute_values(
                self.env.cr._obj,
                "INSERT INTO integration_ownership_stamp "
                "(model, res_id, field, changed_at) VALUES %s "
                "ON CONFLICT (model, res_id, field) DO UPDATE "
                "SET changed_at = EXCLUDED.changed_at",
                list({row[:3]: row for row in rows}.values()),
                page_size=1000,
            )

    @api.model
    def _stamp_taken(self, entity, items: list) -> None:
        """The time of what a system changed, where *newest* counts."""
        watched = self._watched_fields().get(entity._record_model)
        if not watched:
            return
        now = fields.Datetime.now()
        self._stamp(
            [
                (entity._record_model, item.res_id, name, _moment(item) or now)
                for item in items
                for name in item.diff
                if item.res_id and name in watched
            ]
        )

    # === WHOLE MESSAGES === #

    @api.model
    def _admit(self, connector, entity, items: list) -> None:
        """For entities that are no set of fields: may the system do this at all?

        Called between resolve and apply. Turned away items end here.

        :param entity: `integration.entity.*` model in the work environment; None
            without items
        """
        rules = self._rules_of(entity._entity) if items else None
        if not rules or entity._judged_by_field:
            return
        linked = [item for item in items if item.link]
        overrides = self._overrides_of(
            entity._entity, [item.link.res_id for item in linked]
        )
        model = self.env["integration.entity"]._for(entity._entity)
        records = entity.env[model._record_model].browse(
            [item.link.res_id for item in linked]
        )
        by_id = {record.id: record for record in records.exists()}
        now = fields.Datetime.now()
        for item in items:
            record = by_id.get(item.link.res_id) if item.link else None
            operation = "update" if item.link else "create"
            found = engine.choose(
                [*overrides.get(record.id if record else 0, ()), *rules.rules],
                engine.ANY,
                operation,
                entity._stage_of(record) if record else engine.ANY,
                connector.company_id.id,
                now,
            )
            verdict = engine.may_do(found, connector.system)
            if verdict != engine.TAKE:
                self._turn_away(connector, entity, item, operation, found[0], verdict)

    @api.model
    def _turn_away(self, connector, entity, item, operation, rule, verdict) -> None:
        """What becomes of a message whose sender may not do this at all."""
        words = {
            "create": self.env._("make new records of %(entity)s"),
            "update": self.env._("change records of %(entity)s"),
        }
        text = self.env._(
            "%(sender)s may not %(what)s: %(owner)s decides.",
            sender=self._owner_label(connector.system),
            what=words[operation] % {"entity": entity._label().lower()},
            owner=self._owner_label(rule.owner),
        )
        decisions = self.env["integration.ownership.decision"]
        key = f"*{operation}"
        if verdict == engine.ACCEPT:
            item.notes.append(text)
        elif verdict == engine.REFUSE:
            item.operation, item.model = "refuse", entity._record_model
            item.skip("not_owner", text)
        elif decisions._word(connector, entity, item, key) == engine.KEEP:
            item.operation, item.model = "refuse", entity._record_model
            item.skip("not_owner", text)
        elif decisions._word(connector, entity, item, key) != engine.TAKE:
            item.model = entity._record_model
            item.fail(
                OwnershipError(
                    text,
                    hint=self.env._(
                        "Choose: leave Odoo as it is, or let it through this once. The "
                        "rule is under Design › Data Owners."
                    ),
                    details={"cause": f"ownership:{entity._entity}:{operation}"},
                )
            )
            decisions._open(connector, item, {key: item.digest or item.uuid})


def _moment(item) -> datetime | None:
    """When the peer changed the object: by the object, else by its message."""
    version = item.source.version if item.source else ""
    try:
        return datetime.fromisoformat(version[:26])
    except ValueError:
        return item.occurred_at
