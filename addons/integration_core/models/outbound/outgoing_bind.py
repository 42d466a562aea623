# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...engine import canonical as engine_canonical
from ...engine.errors import IntegrationError, Skip
from ...messages import Item, Outgoing
from ..entity.entity import find_references
from ..entity.entity_upsert import stamp_of
from .outgoing_content import agreed_stamp, sent_key


class IntegrationOutgoing(models.AbstractModel):
    """What both sides agree on after a write.

    The peer's answer goes through the incoming mapping, as its own message about the
    change will: that message then says nothing new. What the answer tells besides, a
    change made there that has not arrived yet, takes the ordinary way in.
    """

    _inherit = "integration.outgoing"

    @api.model
    def _bind(self, connector, item: Outgoing) -> None:
        """Bind the object to its record; a deleted one is bound no more."""
        source, links = item.written.source, self.env["integration.external.id"]
        item.external_id = item.written.external_id or item.external_id
        if item.deleted:
            return
        self._replace_object(connector, item)
        found = links._find(connector, item.entity, [item.external_id])
        link = found.get((item.external_id, ""))
        if item.values is not None and link:
            # The owner's answer brings the value into Odoo, not our request.
            self._read_answer(connector, item)
            return
        if not link and not self._still_there(connector, item):
            return
        base = dict(link.base or {}) if link else {}
        names_of = self._keys_of(self.env["integration.entity"]._for(item.entity), item)
        sent = {name for key in item.marks for name in names_of.get(key, ())}
        answer = self._answer(connector, item, link)
        values = self._answer_values(*answer)
        # What was looked up may hold later changes of the peer, and so may an answer
        # whose other values are not those we know: then it takes the ordinary way in.
        news = item.looked_up or (link and self._tells_more(base, values, sent))
        self._agree(item, base, values, names_of, bool(news))
        parts = []
        if any("." in name for name in sent):
            parts = self._part_rows(item, *answer, base)
        row = {
            "entity": item.entity,
            "external_id": item.external_id,
            # The link may have moved meanwhile, by a merge of records.
            "model": link.model if link else item.model,
            "res_id": link.res_id if link else item.res_id,
            "primary": bool(link) or self._stands_alone(connector, item),
            "version": link.version if link else None,
            "digest": link.digest if link else None,
            "base": base,
        }
        plan = connector._plans().get(item.entity)
        if source and plan and not news:
            row["version"] = max(source.version, (link and link.version) or "")
            row["digest"] = self._digest(item, source, plan)
        parts = [dict(part, primary=row["primary"]) for part in parts]
        links._bind(connector, [row, *parts])
        if news:
            self._read_answer(connector, item)

    @api.model
    def _agree(self, item: Outgoing, base, values, names_of: dict, news: bool) -> None:
        """Note in ``base`` what both sides agree on now.

        :param values: Odoo field → hash of what the answer says of it
        :param names_of: canonical key → Odoo fields that it is made of
        :param news: whether the answer may hold changes that Odoo has not seen
        """
        sent = {name for key in item.marks for name in names_of.get(key, ())}
        if not values or item.looked_up:
            base.update((k, v) for k, v in item.stamps.items() if k in sent)
        else:
            base.update((k, v) for k, v in values.items() if k in sent or not news)
        for key, mark in item.marks.items():
            base[sent_key(key)] = agreed_stamp(mark, names_of.get(key, ()), base)

    @api.model
    def _replace_object(self, connector, item: Outgoing) -> None:
        """Where the peer made another object instead, the old one becomes an alias."""
        if not item.link or item.link.external_id == item.external_id:
            return
        self.env.cr.execute(
            'UPDATE integration_external_id SET "primary" = false WHERE id = %s',
            (item.link.id,),
        )

    @api.model
    def _still_there(self, connector, item: Outgoing) -> bool:
        """Whether the record of a new object still exists, itself or merged into
        another one, which the object then stands for.

        One that was deleted during the call is followed by its object, where the flow
        says so; else the object stays, and the sync log says it.
        """
        # sudo: only whether it exists.
        records = self.env[item.model].sudo()
        if records.browse(item.res_id).exists():
            return True
        merged = self.env["integration.merged.record"]
        target = merged._targets(item.model, [item.res_id]).get(item.res_id)
        if target and records.browse(target).exists():
            item.res_id = target
            return True
        item.notes.append(
            self.env._("The record was deleted in Odoo while its object was made.")
        )
        if item.flow and item.flow.deletions:
            outbound = self.env["integration.outbound"]
            entity = self.env["integration.entity"]._for(item.entity)
            row = outbound._row_of(connector, item.entity, item.model, item.res_id)
            kind = entity._export_event_type(deleted=True)
            outbound._append([dict(row, event_type=kind, external_id=item.external_id)])
        return False

    @api.model
    def _stands_alone(self, connector, item: Outgoing) -> bool:
        """Whether no other object was linked to the record during the call."""
        links = self.env["integration.external.id"]._links_of(
            connector, item.entity, [(item.model, item.res_id)]
        )
        other = links.get((item.model, item.res_id), {}).get("")
        if other is None or item.link:
            return True
        item.notes.append(
            self.env._(
                "The record was linked to %(other)s meanwhile; %(id)s was made as "
                "well. Merge the two there, or delete one of them.",
                other=other.external_id,
                id=item.external_id,
            )
        )
        return False

    @api.model
    def _digest(self, item: Outgoing, source, plan) -> str:
        """Digest of the peer's own message about this state, as the pipeline has it."""
        return engine_canonical.digest(
            source.record,
            source.deleted,
            plan.token,
            self.env["integration.schema"]._live_version(item.entity),
        )

    @api.model
    def _answer_values(self, model, probe: Item | None) -> dict:
        """Odoo field → hash of what the answer says of it; empty: nothing known.

        :param model, probe: what :meth:`_answer` gives
        """
        if probe is None:
            return {}
        try:
            values = model._values(probe) | model._custom_values(probe)
        except (IntegrationError, Skip, KeyError):
            return {}  # its own message will say what is wrong with it
        return {name: stamp_of(value) for name, value in values.items()}

    @api.model
    def _answer(self, connector, item: Outgoing, link) -> tuple:
        """(entity model, the answer as an item mapped in); None: it says nothing."""
        source = item.written.source
        plan = connector._plans().get(item.entity)
        if source is None or plan is None:
            return None, None
        env = connector._work_env()
        model = env[self.env["integration.entity"]._for(item.entity)._name]
        if not hasattr(model, "_custom_values"):
            return None, None  # a document: what its messages change is no field
        probe = Item(item.event_id, item.uuid, item.entity, item.external_id)
        probe.source, probe.flow, probe.link = source, plan, link
        try:
            canonical = plan.mapping.apply(source.record)
            probe.canonical = dict(canonical, external_id=item.external_id)
            probe.references = self._answer_references(connector, probe)
        except (IntegrationError, Skip, KeyError):
            return None, None
        return model, probe

    @api.model
    def _part_rows(self, item: Outgoing, model, probe, base: dict) -> list[dict]:
        """Bindings of the parts that went along, such as addresses: else the peer's
        next message would make them once more.

        Fills ``base`` with what was agreed on about them.

        :param model, probe: what :meth:`_answer` gives
        """
        if probe is None:
            return []
        records = model.env[item.model].with_context(active_test=False)
        try:
            parts, values = model._parts_there(probe, records.browse(item.res_id))
        except (IntegrationError, Skip, KeyError):
            return []
        if not item.looked_up:
            base.update((key, stamp_of(value)) for key, value in values.items())
        return [
            {
                "entity": item.entity,
                "external_id": item.external_id,
                "role": role,
                "model": part._name,
                "res_id": part.id,
            }
            for role, part in parts.items()
            if role not in item.links
        ]

    @api.model
    def _answer_references(self, connector, probe: Item) -> dict:
        return self.env["integration.external.id"]._resolve(
            connector, find_references(probe.canonical)
        )

    @api.model
    def _tells_more(self, base: dict, values: dict, sent: set) -> bool:
        """Whether the answer holds a change of the peer that Odoo has not seen."""
        return any(
            name in base and base[name] != stamp
            for name, stamp in values.items()
            if name not in sent
        )

    @api.model
    def _read_answer(self, connector, item: Outgoing) -> None:
        """Let the answer take the ordinary way in."""
        source = item.written.source
        if source is None or item.entity not in connector._plans():
            return
        self.env["integration.fetch"]._store(
            connector, item.entity, item.external_id, source
        )
        connector._wake_all(together=True)
