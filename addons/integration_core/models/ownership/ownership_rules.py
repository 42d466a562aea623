# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models, tools

from ...engine import ownership as engine
from ...engine.ownership import ACTIVE, ANY, ODOO, Rule

RULE_FIELDS = (
    "field",
    "stage",
    "operation",
    "owner",
    "rule",
    "rank",
    "on_conflict",
    "valid_to",
)


class Rules(NamedTuple):
    """The rules of one entity, read once per process.

    :param rules: those that are for all records
    :param overrides: whether single records have rules of their own
    :param kinds: which ways of deciding occur
    """

    rules: tuple
    overrides: bool
    kinds: frozenset


class IntegrationOwnership(models.Model):
    """The rules, ready to be asked for a batch."""

    _inherit = "integration.ownership"

    # === READ ONCE === #

    @api.model
    @tools.ormcache()
    def _rules_by_entity(self) -> dict:
        """Entity → :class:`Rules`; no SQL once it is warm."""
        found: dict[str, list] = {}
        overridden = set()
        # An override that has ended is left in, it does no harm: the cron ends it.
        for rule in self.sudo().search([("active", "=", True)], order="rank, id"):
            if rule.res_id:
                overridden.add(rule.entity)
            else:
                found.setdefault(rule.entity, []).append(rule._as_rule())
        return {
            entity: Rules(
                tuple(found.get(entity, ())),
                entity in overridden,
                frozenset(rule.rule for rule in found.get(entity, ())),
            )
            for entity in {*found, *overridden}
        }

    @api.model
    def _rules_of(self, entity: str) -> Rules | None:
        """The rules of an entity; None where nobody made any."""
        return self._rules_by_entity().get(entity)

    @api.model
    @tools.ormcache()
    def _guarded_fields(self) -> dict:
        """Model → names of fields that rules may keep people from changing.

        Only rules that give a field to one system count; empty where there are none,
        so that nothing is asked of any write.
        """
        entities = self.env["integration.entity"]
        guarded: dict[str, set] = {}
        for entity, rules in self._rules_by_entity().items():
            model = entities._for(entity)
            if model is None:
                continue
            for rule in rules.rules:
                if rule.rule not in ("owner", "ranking") or rule.owner == ODOO:
                    continue
                names = model._rule_fields() if rule.field == ANY else [rule.field]
                guarded.setdefault(model._record_model, set()).update(names)
        return {name: frozenset(names) for name, names in guarded.items()}

    @api.model
    @tools.ormcache()
    def _watched_fields(self) -> dict:
        """Model → fields whose time of change in Odoo a rule needs to know."""
        entities = self.env["integration.entity"]
        watched: dict[str, set] = {}
        for entity, rules in self._rules_by_entity().items():
            model = entities._for(entity)
            for rule in rules.rules if model is not None else ():
                if rule.rule == "newest":
                    names = model._rule_fields() if rule.field == ANY else [rule.field]
                    watched.setdefault(model._record_model, set()).update(names)
        return {name: frozenset(names) for name, names in watched.items()}

    def _as_rule(self) -> Rule:
        """The row as the engine knows it."""
        self.ensure_one()
        return Rule(
            self.id,
            *(self[name] for name in RULE_FIELDS[:-1]),
            company_id=self.company_id.id or 0,
            valid_to=self.valid_to or None,
            override=bool(self.res_id),
        )

    # === OVERRIDES === #

    @api.model
    def _overrides_of(self, entity: str, res_ids) -> dict:
        """Record id → rules of its own that have not ended: one query."""
        rules = self._rules_of(entity)
        if not rules or not rules.overrides or not res_ids:
            return {}
        model = self.env["integration.entity"]._for(entity)._record_model
        self.flush_model()
        self.env.cr.execute(
            f"""
            SELECT res_id, id, {", ".join(RULE_FIELDS)}, COALESCE(company_id, 0)
              FROM integration_ownership
             WHERE model = %s AND res_id = ANY(%s) AND entity = %s AND active
               AND valid_to > now() AT TIME ZONE 'UTC'
            """,
            (model, list(res_ids), entity),
        )
        found: dict[int, list] = {}
        for res_id, rule_id, *values, valid_to, company_id in self.env.cr.fetchall():
            rule = Rule(rule_id, *values, company_id, valid_to, True)
            found.setdefault(res_id, []).append(rule)
        return found

    # === OUTBOUND === #

    @api.model
    def _may_send(
        self, connector, entity: str, names, operation: str = "update", record=None
    ) -> set:
        """Which of these fields Odoo may send to a connector's system.

        A field that the system itself decides is not sent, except with a new object: it
        gets the values that Odoo has. What a third system decides is passed on.

        :param names: Odoo fields or keys of the canonical record; a key that stands for
            several fields may be sent only if all of them may. ``custom.<field>`` is
            the field.
        :param operation: create, update or archive
        :param record: the Odoo record, for its stage and its overrides
        :return: those of ``names`` that may be sent
        """
        rules = self._rules_of(entity)
        if not rules:
            return set(names)
        ids = record.ids if record is not None else []
        return self._sendable(connector, entity, names, operation, record).get(
            ids[0] if ids else 0, set()
        )

    @api.model
    def _sendable(
        self, connector, entity: str, names, operation: str = "update", records=None
    ) -> dict:
        """As :meth:`_may_send` for a batch: record id → names, without queries per
        record. Without records the one key is 0."""
        rules = self._rules_of(entity)
        ids = records.ids if records is not None else [0]
        if not rules:
            return dict.fromkeys(ids, set(names))
        model = self.env["integration.entity"]._for(entity)
        overrides = self._overrides_of(entity, [i for i in ids if i])
        now = fields.Datetime.now()
        company_id = connector.company_id.id
        allowed = {}
        for index, res_id in enumerate(ids):
            stage = model._stage_of(records[index]) if records is not None else ANY
            mine = [*overrides.get(res_id, ()), *rules.rules]

            def theirs(name, operation=operation, stage=stage, mine=mine):
                found = engine.choose(mine, name, operation, stage, company_id, now)
                return engine.owner_elsewhere(found, {connector.system})

            # Who decides changes of a value has none of a new object: it is sent.
            new = operation == "create"
            whole = new and theirs(ANY)
            allowed[res_id] = {
                name
                for name in names
                if not whole
                and not any(
                    theirs(
                        field,
                        "create"
                        if new
                        else ("archive" if field == ACTIVE else "update"),
                    )
                    for field in model._fields_of(name)
                )
            }
        return allowed

    # === WORDS === #

    @api.model
    def _owner_label(self, owner: str) -> str:
        """Name of a system for people."""
        return dict(self._select_owner()).get(owner, owner)
