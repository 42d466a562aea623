# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
from decimal import Decimal, InvalidOperation

import psycopg2

from odoo import api, models, tools
from odoo.exceptions import UserError

from ...engine import bisect
from ...engine.encryption import KeyRingError, MissingKeyError
from ...engine.errors import (
    AuthenticationError,
    BusinessRuleError,
    IntegrationError,
    MissingReferenceError,
    PermanentError,
    Skip,
)
from ...engine.masking import masked_logger
from ...messages import Item
from ..entity.entity import find_references
from .drain import READY_COLUMNS

_logger = masked_logger(__name__)

# Amounts beyond this are not kept with their message.
MAX_DIGITS = 30


class IntegrationPipeline(models.AbstractModel):
    """The one path inbound: event rows → canonical → entity → outcome.

    Works on a batch. Steps that only compute fail an item at a time; the one step
    that writes business records runs under one savepoint and is bisected when it
    fails (facts, mechanisms §3). Everything of a batch commits together.
    """

    _name = "integration.pipeline"
    _description = "Pipeline"

    @api.model
    def _inbound(self, connector, rows, fresh=None, alone=False) -> bool:
        """Process ready rows in the current transaction.

        :param rows: tuples in the order of ``drain.READY_COLUMNS``
        :param fresh: event id → :class:`messages.Source` that was just read from the
            peer (the truth, not read again), or the error that reading it gave
        :param alone: the event has its own job, which repeats it
        :return: whether messages that waited were put back into the queue
        """
        started = time.monotonic()
        items = [Item(*row) for row in rows]
        adapter = connector._adapter()
        self._read_sources(connector, adapter, items, fresh or {})
        self._arrange(connector, adapter, items, fresh or {})
        self._to_common(items)
        self._apply(connector, items)
        elapsed = int((time.monotonic() - started) * 1000 / max(1, len(items)))
        return self.env["integration.outcome"]._finish(connector, items, alone, elapsed)

    @api.model
    def _bulk(self, connector, items: list[Item], meta: dict) -> int:
        """Run the objects of one page, which share one event, in this transaction.

        An object that cannot be applied becomes an event of its own and goes on as any
        message does; an unchanged one leaves no trace but its newer version.

        :return: how many became events of their own
        """
        started = time.monotonic()
        plans = connector._plans()
        for item in items:
            item.flow = plans.get(item.entity)
            if item.flow is None:
                item.skip("not_subscribed")
        self._arrange(connector, connector._adapter(), items, {})
        self._to_common(items)
        self._apply(connector, items)
        elapsed = int((time.monotonic() - started) * 1000 / max(1, len(items)))
        return self.env["integration.outcome"]._finish_bulk(
            connector, items, meta, elapsed
        )

    @api.model
    def _rows(self, event_ids) -> list[tuple]:
        """Rows of single events, whatever their state."""
        self.env.cr.execute(
            f"SELECT {READY_COLUMNS} FROM integration_event e WHERE e.id = ANY(%s)",
            (list(event_ids),),
        )
        return self.env.cr.fetchall()

    # === READ === #

    @api.model
    def _read_sources(self, connector, adapter, items: list[Item], fresh: dict) -> None:
        """Flow and source of each item."""
        plans = connector._plans()
        for item in items:
            item.flow = plans.get(item.entity)
            item.fresh = item.event_id in fresh
            if item.flow is None or (
                item.flow.trigger == "schedule" and not item.was_read
            ):
                item.skip("not_subscribed")
                continue
            self._read_one(connector, adapter, item, fresh)

    @api.model
    def _read_one(self, connector, adapter, item: Item, fresh: dict) -> None:
        """Source of one item: it is found, must be read first, or fails."""
        try:
            if item.sealed:
                item.body, item.sealed = self._open_body(item), False
            item.source = self._source(connector, adapter, item, fresh)
            if item.source is None:
                item.fetch()
        except IntegrationError as error:
            item.fail(error)
        except Exception as error:
            item.fail(self._unexpected(error))
            self._log_unexpected(item)

    @api.model
    def _open_body(self, item: Item) -> bytes:
        """The content of a message.

        :raises engine.errors.AuthenticationError: this server has no key at all, so
            the connector stops and every message waits
        :raises engine.errors.PermanentError: the key of this one message is gone
        """
        aad = self.env["integration.event"]._body_aad(item.uuid)
        try:
            return self.env["integration.vault"]._decrypt(item.body, aad)
        except (UserError, KeyRingError) as error:
            raise AuthenticationError(str(error)) from error
        except MissingKeyError as error:
            raise PermanentError(
                self.env._("The content cannot be decrypted with this server's keys."),
                hint=self.env._(
                    "Configure its key again (%(why)s), then retry.", why=error
                ),
            ) from error

    @api.model
    def _source(self, connector, adapter, item: Item, fresh: dict):
        """The object a message is about; None when it must be read first.

        :raises engine.errors.IntegrationError: it is not there, or reading it failed
        """
        if item.event_id in fresh:
            source = fresh[item.event_id]
            if isinstance(source, IntegrationError):
                raise source
            return source
        if item.read_first:
            return None
        if item.is_poll:
            return self.env["integration.fetch"]._unpack(item.body)
        if item.was_read:
            return None  # an object of a page that could not be read
        if adapter._needs_fetch(item):
            return None
        return adapter._source(connector, item)

    # === TO THE COMMON FORMAT === #

    @api.model
    def _to_common(self, items: list[Item]) -> None:
        """Filter, map and check each open item; pure computing."""
        schemas = self.env["integration.schema"]
        for item in items:
            if not item.open:
                continue
            try:
                item.canonical = self._to_canonical(item)
                self._note_amount(item)
                if not item.source.deleted:
                    schemas._check(item.entity, item.canonical)
            except Skip as skip:
                item.skip(skip.reason, skip.message)
            except IntegrationError as error:
                item.fail(error)
            except Exception as error:
                item.fail(self._unexpected(error))
                self._log_unexpected(item)

    @api.model
    def _to_canonical(self, item: Item) -> dict:
        if item.source.deleted:
            return {"external_id": item.external_id, "active": False}
        if not item.flow.condition(item.source.record):
            raise Skip("filtered")
        record = item.flow.mapping.apply(item.source.record)
        record["external_id"] = item.external_id
        return record

    @api.model
    def _note_amount(self, item: Item) -> None:
        """What the object is worth, whatever becomes of it."""
        model = self.env["integration.entity"]._for(item.entity)
        found = model._document_amount(item.canonical) if model is not None else None
        try:
            amount = Decimal(found["amount"])
            currency_id = self._currencies()[found["currency"]]
        except (TypeError, KeyError, ValueError, InvalidOperation):
            return  # none, or not as the format wants it: the next check says so
        # “NaN” and “1e999999” are numbers for Python; no column takes or gives them.
        if amount.is_finite() and abs(amount.adjusted()) <= MAX_DIGITS:
            item.amount, item.currency_id = amount, currency_id

    @api.model
    @tools.ormcache()
    def _currencies(self) -> dict:
        """ISO 4217 code → id of the currency, active or not."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {c.name: c.id for c in currencies.search_fetch([], ["name"])}

    # === APPLY === #

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Entity by entity, those that others refer to first."""
        entities = self.env["integration.entity"]
        env = connector._work_env() if any(item.open for item in items) else None
        groups = by_entity(items)
        for entity in sorted(groups, key=lambda name: entities._for(name)._rank):
            group = [item for item in groups[entity] if item.open]
            self._resolve(connector, group)
            group = [item for item in group if item.open]
            model = env[entities._for(entity)._name] if group else None
            self.env["integration.ownership"]._admit(connector, model, group)
            group = [item for item in group if item.open]
            shadow = [item for item in group if item.flow.mode == "shadow"]
            if shadow:
                model._preview(connector, shadow)
            self._apply_group(
                connector, model, [i for i in group if i.open and i not in shadow]
            )

    @api.model
    def _resolve(self, connector, items: list[Item]) -> None:
        """Turn references into Odoo records; who refers to nothing known waits."""
        wanted = [find_references(item.canonical) for item in items]
        if not any(wanted):
            return
        found = self.env["integration.external.id"]._resolve(
            connector, {ref for refs in wanted for ref in refs}
        )
        entities = self.env["integration.entity"]
        plans = connector._plans()
        failed = []
        for item, references in zip(items, wanted, strict=True):
            model = entities._for(item.entity)
            item.references = {ref: found[ref] for ref in references if ref in found}
            missing = [
                ref
                for ref in dict.fromkeys(references)
                if ref not in found
                and (ref[0] in plans or ref[0] not in model._optional_references)
            ]
            if missing and not model._does_without(connector, item, missing):
                # One that no flow brings first: there is no use in waiting.
                first = min(missing, key=lambda ref: ref[0] in plans)
                failed.append((item, first, missing))
        held = self._held(connector, [first for _item, first, _missing in failed])
        for item, first, missing in failed:
            error = self._missing(first, first[0] in plans, first in held)
            error.details["missing"] = [list(ref) for ref in missing]
            item.fail(error)

    @api.model
    def _held(self, connector, references: list[tuple]) -> set:
        """Of these objects, those whose own messages wait for a person."""
        if not references:
            return set()
        exceptions = self.env["integration.exception"].sudo()
        found = exceptions.search_fetch(
            [
                ("connector_id", "=", connector.id),
                ("state", "=", "open"),
                ("external_id", "in", list({name for _entity, name in references})),
            ],
            ["entity", "external_id"],
        )
        return {(exception.entity, exception.external_id) for exception in found}

    @api.model
    def _missing(self, reference: tuple, comes: bool, held: bool) -> IntegrationError:
        """The error for a reference to something unknown.

        :param reference: (entity, id there)
        :param comes: a flow of the connector brings that entity, so it is worth waiting
        :param held: it came, and waits for a person itself
        """
        entity, external_id = reference
        label = dict(self.env["integration.entity"]._entity_selection()).get(
            entity, entity
        )
        words = {"entity": label.lower(), "id": external_id}
        if comes:
            return MissingReferenceError(
                self.env._(
                    "It refers to %(entity)s %(id)s, which waits for a person.", **words
                )
                if held
                else self.env._(
                    "It refers to %(entity)s %(id)s, which is not here yet.", **words
                ),
                entity=entity,
                external_id=external_id,
            )
        return BusinessRuleError(
            self.env._(
                "It refers to %(entity)s %(id)s, and no flow of this connector brings "
                "that.",
                **words,
            ),
            hint=self.env._(
                "Add the flow %(entity)s to the connector, then retry.", entity=label
            ),
            details={"cause": f"no_flow:{entity}"},
        )

    @api.model
    def _apply_group(self, connector, model, items: list[Item]) -> None:
        """One savepoint for all; halves when it fails, until the culprit is alone."""

        def attempt(batch):
            for item in batch:
                item.restart()
            with self.env.cr.savepoint():
                model._apply(connector, batch)
                model.env.flush_all()
                self._bind(connector, [item for item in batch if item.open])

        for item, error in bisect.run(
            items, attempt, fatal=(psycopg2.OperationalError,)
        ):
            item.restart()
            if isinstance(error, IntegrationError):
                item.fail(error)
            else:
                item.fail(self._from_odoo(error))
                self._log_unexpected(item, error)
        for item in items:
            if item.open:
                item.outcome = "done"

    @api.model
    def _bind(self, connector, items: list[Item]) -> None:
        """Write every binding of a batch; the unique key is the guarantee."""
        rows = []
        for item in items:
            if item.res_id:
                rows.append(
                    {
                        "entity": item.entity,
                        "external_id": item.external_id,
                        "model": item.model,
                        "res_id": item.res_id,
                        "version": item.source.version,
                        "digest": item.digest,
                        "base": item.base,
                        "primary": not item.alias,
                    }
                )
            rows += item.bindings
        self.env["integration.external.id"]._bind(connector, rows)


def by_entity(items: list[Item]) -> dict[str, list[Item]]:
    """The open items of each entity, in order."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        if item.open:
            groups.setdefault(item.entity, []).append(item)
    return groups
