# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timezone

from odoo import api, models
from odoo.exceptions import UserError

from ...engine import mapping as engine_mapping
from ...engine import strict_json, trace
from ...engine.errors import IntegrationError, MissingReferenceError, SchemaError
from ...messages import Item, Message, Page
from ...preview_messages import Preview, PreviewSource, plain
from ..connector.connector_plan import Plan
from ..inbound.outcome import cause_of

# For a mapping that is tried where no flow uses its entity yet.
NO_FLOW = Plan(
    flow_id=0,
    mode="live",
    trigger="both",
    mapping=None,
    token="",
    condition=engine_mapping.compile_condition(""),
    missing_reference="review",
    wait_hours=0,
)


class IntegrationDryRun(models.AbstractModel):
    """The one path inbound, up to what would be bound, for objects of any origin."""

    _inherit = "integration.dry.run"

    @api.model
    def _preview(
        self, connector, sources, mapping=None, mode="apply", values=None
    ) -> list[Preview]:
        """What would become of these objects, with nothing kept.

        The real path: filter, mapping, format, references, ownership, matching, the
        entity's own code with everything that Odoo does on it. The system is not
        asked; what needs that comes back with the outcome ``fetch``. The state of the
        connector and of its flows does not matter, its technical user must be there.

        A stored message is judged as a person's retry would be: what is older than
        what Odoo knows is stale. Other content, and any other mapping, counts as the
        newest word about its object.

        The objects are one batch: the later ones see what the earlier ones did.
        The caller checks who may see it; the content is not masked.

        :param sources: iterable of :class:`preview_messages.PreviewSource`
        :param mapping: an `integration.mapping`, also a draft, to use for its entity
        :param mode: ``apply``, or ``compare`` as flows do that only compare
        :param values: model → list of values of drafts to create before, as the
            present user, such as lines of a value map; they are not kept either
        :return: in the order of the sources; two for a message about two objects
        :raises UserError: the connector has no technical user, a draft is refused, or
            somebody is booking the same records just now
        """
        sources = list(sources)
        # What the caller has changed and not committed is read before its other self.
        self.env.flush_all()
        pipeline = self.env["integration.pipeline"].sudo()
        rows = pipeline._rows([s.event_id for s in sources if s.event_id])
        stored = {row[0]: row for row in rows}
        tried = {}
        if mapping:
            tried[mapping.entity] = mapping.sudo()._runnable()

        def walk(env):
            dry_run = env(su=True)["integration.dry.run"]
            here = dry_run.env["integration.connector"].browse(connector.id)
            if values:
                tried.update(dry_run._create_drafts(env, values, mapping))
            return dry_run._walk(here, sources, stored, tried, mode)

        return self._simulate(walk)

    @api.model
    def _create_drafts(self, env, values: dict, mapping) -> dict:
        """Create the drafts as the person in ``env``.

        :return: entity → the mapping that is tried, made anew: a draft may be a line
            of one of its value maps
        """
        for model, drafts in values.items():
            env[model].create(drafts)
        env.flush_all()
        here = self.env["integration.mapping"].browse(mapping.id if mapping else [])
        return {here.entity: here._runnable()} if here.exists() else {}

    @api.model
    def _walk(self, connector, sources, stored: dict, tried: dict, mode: str):
        """Run the path inside the dry run.

        :param stored: event id → row of :data:`drain.READY_COLUMNS`
        :param tried: entity → (mapping, token) to use instead of the flow's
        """
        pipeline = self.env["integration.pipeline"]
        adapter = connector._adapter()
        plans = self._dry_plans(connector, tried, mode)
        items, fresh = [], {}
        for index, source in enumerate(sources):
            found = self._items_of(connector, adapter, source, stored)
            items += [(index, source, item) for item in found]
        for number, (_index, source, item) in enumerate(items, start=1):
            # Each has an id of its own; those that are not stored, none that exists.
            item.event_id = item.event_id or -number
            item.forced = True
            item.flow = plans.get(item.entity)
            if item.open and item.flow is None:
                item.skip("not_subscribed")
            if item.open and item.source is None:
                pipeline._read_one(connector, adapter, item, fresh)
            newest = source.event_id is None or source.body is not None
            if item.open and (newest or item.entity in tried):
                fresh[item.event_id] = item.source
        todo = [item for _index, _source, item in items]
        pipeline._arrange(connector, adapter, todo, fresh)
        pipeline._to_common(todo)
        pipeline._apply(connector, todo)
        return [self._as_preview(index, item) for index, _source, item in items]

    @api.model
    def _dry_plans(self, connector, tried: dict, mode: str) -> dict:
        """Entity → plan of every incoming flow, also of those that stand still."""
        plans = {}
        for flow in connector.flow_ids.filtered(lambda f: f.direction == "in"):
            if flow.mapping_id:
                plans[flow.entity] = flow._plan(flow.mapping_id)
        for entity, (mapping, token) in tried.items():
            plan = plans.get(entity) or NO_FLOW
            plans[entity] = plan._replace(mapping=mapping, token=token)
        mode = "live" if mode == "apply" else "shadow"
        return {entity: plan._replace(mode=mode) for entity, plan in plans.items()}

    # === WHAT GOES IN === #

    @api.model
    def _items_of(self, connector, adapter, source: PreviewSource, stored: dict):
        """The items of one source; one that cannot be read is an item that failed."""
        if source.event_id is not None:
            return [self._stored_item(source, stored)]
        if source.source is not None:
            item = self._new_item(source.entity, source.external_id)
            item.source, item.fresh = source.source, True
            return [item]
        return self._pasted_items(connector, adapter, source)

    @api.model
    def _stored_item(self, source: PreviewSource, stored: dict) -> Item:
        if source.event_id not in stored:
            raise UserError(self.env._("The message is no longer there."))
        item = Item(*stored[source.event_id])
        if source.body is not None:
            item.body, item.sealed = source.body, False
        return item

    @api.model
    def _new_item(self, entity: str, external_id: str, **kw) -> Item:
        intake = self.env["integration.intake"]
        return Item(
            event_id=0,
            uuid="",
            entity=entity,
            external_id=external_id,
            lane=f"{entity}:{external_id}",
            kind=intake._kind(entity),
            received_at=datetime.now(timezone.utc).replace(tzinfo=None),
            correlation_id=trace.new_trace_id(),
            sealed=False,
            **kw,
        )

    @api.model
    def _pasted_items(self, connector, adapter, source: PreviewSource) -> list[Item]:
        """Items of raw content: messages of the system, or one of its objects."""
        messages = adapter._split_safely(connector._webhook_gate(), source.body, {})
        if source.entity and all(m.error or not m.entity for m in messages):
            item = self._pasted_object(connector, adapter, source)
            if item.open or not messages[0].entity:
                return [item]
        return [self._message_item(message) for message in messages]

    @api.model
    def _message_item(self, message: Message) -> Item:
        item = self._new_item(
            message.entity,
            message.external_id,
            source_type=message.source_type,
            event_type=message.event_type,
            body=message.body,
            version=message.version,
            occurred_at=message.occurred_at,
        )
        if message.error:
            item.fail(message.error)
        return item

    @api.model
    def _pasted_object(self, connector, adapter, source: PreviewSource) -> Item:
        """An object as it stands in a list of the system, or in its documentation."""
        item = self._new_item(source.entity, source.external_id)
        try:
            record = strict_json.loads(source.body)
            if not isinstance(record, dict):
                raise SchemaError(self.env._("The content is not one JSON object."))
            page = Page([], "", "")
            item.source = adapter._page_source(connector, source.entity, record, page)
        except IntegrationError as error:
            item.fail(error)
            return item
        item.external_id = source.external_id or str(record.get("id") or "")
        item.lane = f"{item.entity}:{item.external_id}"
        return item

    # === WHAT COMES OUT === #

    @api.model
    def _as_preview(self, index: int, item: Item) -> Preview:
        """Everything that is known of an item, in plain data, before the rollback."""
        waits = isinstance(item.error, MissingReferenceError)
        currency = self.env["res.currency"].browse(item.currency_id or [])
        preview = Preview(
            entity=item.entity or "",
            external_id=item.external_id or "",
            index=index,
            event_id=max(item.event_id, 0),
            received=item.source.record if item.source else {},
            canonical=item.canonical or None,
            operation=item.operation,
            model=item.model,
            document_name=item.document_name,
            diff=plain(item.diff),
            notes=[str(note) for note in item.notes],
            outcome="waiting" if waits else item.outcome,
            reason=item.reason,
            missing=[],
            matched=item.matched,
            amount=f"{item.amount}" if item.amount is not None else "",
            currency=currency.name or "",
        )
        if item.res_id and item.operation not in ("create", "post"):
            preview.res_id = item.res_id
        if item.error:
            self._describe_error(preview, item)
        self._describe_values(preview, item)
        return preview

    @api.model
    def _describe_error(self, preview: Preview, item: Item) -> None:
        error = item.error
        usual = self.env["integration.outcome"]._usual_hint(error.error_class)
        preview.error = {
            "class": error.error_class,
            "message": str(error),
            "path": error.path or "",
            "hint": error.hint or usual,
            # As an exception keeps it: no path, and what it shares with others.
            "plain": error.message,
            "cause": cause_of(error) or "",
        }
        preview.missing = plain(error.details.get("missing") or [])
        if isinstance(error, SchemaError) and item.canonical:
            preview.schema_errors = self.env["integration.schema"]._all_errors(
                item.entity, item.canonical
            )

    @api.model
    def _describe_values(self, preview: Preview, item: Item) -> None:
        """Odoo's values as people read them, and what their fields are called."""
        entity = self.env["integration.entity"]._for(item.entity)
        human = getattr(entity, "_human", lambda _name, value: value)
        preview.values = {
            name: _short(human(name, value)) for name, value in item.vals.items()
        } or {name: pair[1] for name, pair in preview.diff.items() if name != "ledger"}
        model = self.env.get(item.model) if item.model else None
        known = model._fields if model is not None else {}
        preview.labels = {
            name: known[name]._description_string(self.env)
            for name in {**preview.values, **preview.diff}
            if name in known
        }


def _short(value):
    """A value for people; commands of a list of records are only counted."""
    if isinstance(value, (list, tuple)):
        return f"{len(value)} ×"
    return plain(value)
