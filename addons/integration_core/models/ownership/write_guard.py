# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models, tools

from ...engine import ownership as engine
from ..entity.entity_upsert import stamp_of


class Owned(NamedTuple):
    """A field of a record that another system decides.

    :param owner: the system
    :param on_conflict: what the rule says about another's value
    """

    owner: str
    entity: str
    external_id: str
    connector_id: int
    link_id: int
    on_conflict: str


class IntegrationWriteGuard(models.AbstractModel):
    """Tells who owns the fields of records, and notes what Odoo changed by itself."""

    _name = "integration.write.guard"
    _description = "Write Guard"

    # === WHAT IS LOOKED AFTER === #

    @api.model
    @tools.ormcache()
    def _guarded(self) -> dict:
        """Model → fields that people may not be free to change; {} without rules.

        A field that a record inherits from another one (`_inherits`) is looked after
        on both.
        """
        return self._with_parents(self.env["integration.ownership"]._guarded_fields())

    @api.model
    @tools.ormcache()
    def _own_writes(self) -> dict:
        """Model → fields of which Odoo's own changes are noted."""
        owners = self.env["integration.ownership"]
        names: dict[str, frozenset] = {}
        for part in (owners._guarded_fields(), owners._watched_fields()):
            for model, found in part.items():
                names[model] = names.get(model, frozenset()) | found
        # What is inherited is written, and seen, on the parent.
        return {
            model: frozenset(
                n for n in found if not self.env[model]._fields[n].inherited
            )
            for model, found in self._with_parents(names).items()
        }

    @api.model
    def _with_parents(self, names: dict) -> dict:
        found = dict(names)
        for model, fields_of in names.items():
            for parent in self.env[model]._inherits:
                shared = {n for n in fields_of if n in self.env[parent]._fields}
                found[parent] = found.get(parent, frozenset()) | shared
        return found

    @api.model
    @tools.ormcache()
    def _service_users(self) -> frozenset:
        """Ids of the technical users: what they write comes from a sync."""
        connectors = self.env["integration.connector"].sudo()
        connectors = connectors.with_context(active_test=False).search(
            [("service_user_id", "!=", False)]
        )
        return frozenset(connectors.service_user_id.ids)

    # === WHO OWNS WHAT === #

    @api.model
    def _owned(self, records, names=None) -> dict:
        """Record id → field → :class:`Owned`, of what another system decides.

        A rule counts only for records that a connector of the owner knows: what it
        does not know, Odoo decides. One query for the links, one for overrides.

        :param names: fields to look at; all that rules guard otherwise
        """
        guarded = self._guarded().get(records._name, frozenset())
        names = guarded if names is None else guarded & set(names)
        if not names or not records:
            return {}
        links = self._links(records)
        if not links:
            return {}
        owners = self.env["integration.ownership"]
        now = fields.Datetime.now()
        found: dict[int, dict] = {}
        entities = {link[1] for link in links}
        overrides = {e: owners._overrides_of(e, records.ids) for e in entities}
        by_id = {record.id: record for record in records.sudo()}
        for res_id, entity, *rest in links:
            rules = owners._rules_of(entity)
            model = self.env["integration.entity"]._for(entity)
            mine = [*overrides[entity].get(res_id, ()), *rules.rules]
            stage = model._stage_of(by_id[res_id])
            owned = self._owned_names(mine, names, stage, rest, entity, now)
            found.setdefault(res_id, {}).update(owned)
        return {res_id: owned for res_id, owned in found.items() if owned}

    @api.model
    def _owned_names(self, rules, names, stage, link, entity, now) -> dict:
        external_id, link_id, connector_id, system, company_id, role, base = link
        parts = self.env["integration.entity"]._for(entity)._part_fields
        spoken_of = parts if role else base or ()
        owned = {}
        for name in names:
            operation = "archive" if name == "active" else "update"
            chosen = engine.choose(rules, name, operation, stage, company_id, now)
            owner = engine.owner_elsewhere(chosen, {system})
            if owner and chosen[0].field == engine.ANY and name not in spoken_of:
                continue  # "all fields" are those the owner ever spoke of
            if owner:
                conflict = chosen[0].on_conflict
                owned[name] = Owned(
                    owner, entity, external_id, connector_id, link_id, conflict
                )
        return owned

    @api.model
    def _links(self, records) -> list[tuple]:
        """Per link: record id, entity, external id, link, connector, system, company,
        role, base."""
        entities = [
            entity
            for entity in self.env["integration.ownership"]._rules_by_entity()
            if self.env["integration.entity"]._for(entity)._record_model
            == records._name
        ]
        if not entities:
            return []
        self.env["integration.external.id"].flush_model()
        self.env["integration.connector"].flush_model(["state"])
        self.env.cr.execute(
            """
            SELECT x.res_id, x.entity, x.external_id, x.id, c.id, c.system,
                   c.company_id, x.role, x.base
              FROM integration_external_id x
              JOIN integration_connector c ON c.id = x.connector_id
             WHERE x.model = %s AND x.res_id = ANY(%s) AND x.entity = ANY(%s)
               AND c.state NOT IN ('draft', 'retired')
            """,
            (records._name, records.ids, entities),
        )
        return self.env.cr.fetchall()

    # === WHAT ODOO DID BY ITSELF === #

    @api.model
    def _looked_after(self, model: str, vals) -> list[str]:
        """Fields of a write whose change is to be noted; none within a sync.

        Who writes is told by the user, not by the context: a caller chooses its
        context, but nobody can log in as a technical user.
        """
        watched = self._own_writes()
        if not watched or model not in watched:
            return []
        if self.env.uid in self._service_users():
            return []
        return [name for name in vals if name in watched[model]]

    @api.model
    def _values(self, records, names: list[str]) -> dict:
        """Record id → field → value as people read it and its hash, before a write."""
        return {
            record.id: {name: _plain(record, name) for name in names}
            for record in records.sudo()
        }

    @api.model
    def _changed_by_odoo(self, records, names: list[str], before: dict) -> None:
        """Note what a write outside of a sync changed of what is looked after."""
        changed: dict[int, dict] = {}
        for record in records.sudo():
            for name in names:
                old, new = before[record.id][name], _plain(record, name)
                if stamp_of(old) != stamp_of(new):
                    changed.setdefault(record.id, {})[name] = [old, new]
        if not changed:
            return
        self._stamp_changed(records, changed)
        for name in {n for diff in changed.values() for n in diff}:
            touched = records.browse(i for i, diff in changed.items() if name in diff)
            for record in touched:
                self._note_outside(
                    record._governed_targets(name), name, changed[record.id][name]
                )

    @api.model
    def _stamp_changed(self, records, changed: dict) -> None:
        owners = self.env["integration.ownership"]
        now = fields.Datetime.now()
        watched = owners._watched_fields()
        rows = []
        for record in records.browse(changed):
            for name in changed[record.id]:
                rows += [
                    (target._name, target.id, name, now)
                    for target in record._governed_targets(name)
                    if name in watched.get(target._name, ())
                ]
        owners._stamp(rows)

    @api.model
    def _note_outside(self, records, name: str, pair: list) -> None:
        """Log a change of an owned field, and let the next message decide about it.

        The digest of the link is forgotten: a message that says the same as the last
        one is looked at again, and the owner's value is put back.
        """
        for res_id, owned in self._owned(records, [name]).items():
            found = owned[name]
            record = records.browse(res_id)
            label = self.env["integration.ownership"]._owner_label(found.owner)
            human = [self._human(record, name, value) for value in pair]
            text = self.env._(
                "Changed in Odoo outside the governed flow: %(field)s, which belongs "
                "to %(owner)s. The next message from there decides.",
                field=record._fields[name]._description_string(self.env),
                owner=label,
            )
            connector = self.env["integration.connector"].sudo()
            self.env["integration.job.log"]._append(
                connector.browse(found.connector_id),
                [
                    {
                        "operation": "override",
                        "status": "warning",
                        "error_class": "ownership",
                        "message": text,
                        "entity": found.entity,
                        "external_id": found.external_id,
                        "model": records._name,
                        "res_id": res_id,
                        "document_name": record.sudo().display_name,
                        "diff": {name: human},
                        "actor_id": self.env.uid,
                    }
                ],
            )
            link = self.env["integration.external.id"].sudo().browse(found.link_id)
            link.digest = False

    @api.model
    def _human(self, record, name: str, value):
        """A plain value as people read it: the name instead of an id."""
        field = record._fields[name]
        if field.type == "many2one" and value:
            return record.env[field.comodel_name].sudo().browse(value).display_name
        return bool(value) if field.type == "boolean" else value or None


def _plain(record, name: str):
    """A value without records: ids of relations."""
    value = record[name]
    if isinstance(value, models.BaseModel):
        return value.id if record._fields[name].type == "many2one" else value.ids
    return value
