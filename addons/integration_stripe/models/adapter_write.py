# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from dataclasses import replace
from datetime import timezone
from typing import NamedTuple
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    IntegrationError,
    PermanentError,
    TransientError,
    UnknownOutcomeError,
)
from odoo.addons.integration_core.engine.masking import masked_logger
from odoo.addons.integration_core.messages import Outgoing, Written

from .. import const, forms, shapes
from .adapter_objects import read_at

_logger = masked_logger(__name__)


class Answer(NamedTuple):
    """What Stripe answered to a write.

    :param record: the object
    :param version: how new it is at least
    :param replayed: it is the kept answer to an earlier request of that key, and the
        object may be another one by now
    """

    record: dict
    version: str
    replayed: bool = False


class IntegrationAdapterStripe(models.AbstractModel):
    """Writing: one create, update or deletion, and whether it was done.

    Every POST has an idempotency key: repeated within a day it gives the first answer
    again, so that a lost answer makes no second object (docs.stripe.com/api/
    idempotent_requests). Every object that is made keeps where it came from in its
    metadata, by which it is found when the keys are forgotten.
    """

    _inherit = "integration.adapter.stripe"

    _can_send = frozenset({"customer", "product", "price", "invoice", "refund"})
    _key_life = const.KEY_LIFE

    @api.model
    def _send(self, connector, outgoing: Outgoing) -> Written:
        """Override of `integration_core`."""
        with self._client(connector) as client:
            if outgoing.deleted:
                return self._send_deletion(client, outgoing)
            try:
                return self._write(client, outgoing, outgoing.idempotency_key)
            except (UnknownOutcomeError, PermanentError) as error:
                if not _is_worn_out(error):
                    raise
            return self._write_afresh(client, outgoing)

    @api.model
    def _write(self, client, outgoing: Outgoing, key: str) -> Written:
        action = "create" if outgoing.creates else "update"
        write = getattr(self, f"_{action}_{outgoing.entity}")
        answer = write(client, outgoing, key)
        if answer.replayed:
            path = const.PATHS[outgoing.entity][0]
            answer = Answer(*self._read(client, path, answer.record["id"]))
        self._complete(client, outgoing.entity, [answer.record])
        return self._written(outgoing.entity, answer)

    @api.model
    def _write_afresh(self, client, outgoing: Outgoing) -> Written:
        """Go on where the key is of no more use.

        Stripe keeps a 500 for the key and repeats it for a day, whatever became of
        the request; and it refuses the key for other parameters. What is there decides.
        """
        if outgoing.creates:
            found = self._find_own(client, outgoing, indexed=False)
            if found is not None:
                return found
        return self._write(
            client, outgoing, f"{outgoing.idempotency_key}-{outgoing.attempts + 2}"
        )

    @api.model
    def _written(self, entity: str, answer: Answer) -> Written:
        """An answer as the hub wants it: what a message about it would say."""
        source = self._read_source(entity, answer.record, answer.version)
        # What was just made is there, however little is known of it yet.
        return Written(answer.record["id"], replace(source, deleted=False))

    @api.model
    def _post(self, client, path: str, form: dict, key: str) -> Answer:
        """POST a form.

        :raises engine.errors.UnknownOutcomeError: no answer, a 5xx (Stripe calls its
            outcome indeterminate), or an earlier request of that key is still at work
        """
        try:
            response = client.request(
                "POST",
                path,
                data=forms.encode(form),
                headers={"Idempotency-Key": key},
                read=False,
            )
        except TransientError as error:
            status = error.details.get("status") or 0
            if status < 500 and error.details.get("code") != const.KEY_IN_USE:
                raise
            raise UnknownOutcomeError(
                error.message,
                hint=self.env._("It is looked up at Stripe, or tried again by itself."),
                details=error.details,
            ) from error
        record = response.json()
        shapes.check([record], [{"id": str}])
        return Answer(record, read_at(response), forms.is_replayed(response))

    @api.model
    def _object_path(self, entity: str, external_id: str) -> str:
        return f"{const.PATHS[entity][0]}/{quote(external_id, safe='')}"

    @api.model
    def _marked(self, form: dict, outgoing: Outgoing) -> dict:
        """A form for a new object: without what says nothing, with our mark."""
        form = forms.said(form)
        metadata = form.get("metadata") or {}
        mark = {const.REFERENCE: outgoing.reference}
        return dict(form, metadata={**metadata, **mark})

    # === DELETIONS === #

    @api.model
    def _send_deletion(self, client, outgoing: Outgoing) -> Written:
        """Delete what Stripe can delete, end what it must keep.

        What is gone already is no error.
        """
        delete = getattr(self, f"_delete_{outgoing.entity}")
        try:
            delete(client, outgoing, outgoing.idempotency_key)
        except PermanentError as error:
            if error.details.get("status") != 404:
                raise
        return Written(outgoing.external_id)

    # === LOOKING UP === #

    @api.model
    def _look_up(self, connector, outgoing: Outgoing) -> Written | None:
        """Override of `integration_core`.

        An update may always be sent again: it says the same.
        """
        if not outgoing.creates:
            return None
        with self._client(connector) as client:
            return self._find_own(client, outgoing)

    @api.model
    def _find_own(self, client, outgoing: Outgoing, indexed=True) -> Written | None:
        """The object that carries our mark, None when there is none for sure.

        :param indexed: ask the search first; it lags behind, so that only the list
            knows what was made just now
        :raises engine.errors.TransientError: the list is too long to be sure
        """
        found = self._search_own(client, outgoing) if indexed else []
        found = found or self._list_own(client, outgoing)
        record = self._pick_own(client, outgoing, found)
        if record is None:
            return None
        path = const.PATHS[outgoing.entity][0]
        answer = Answer(*self._read(client, path, record["id"]))
        self._complete(client, outgoing.entity, [answer.record])
        return self._written(outgoing.entity, answer)

    @api.model
    def _pick_own(self, client, outgoing: Outgoing, found: list[dict]):
        """Which of several objects with our mark it is: the oldest was made first."""
        pick = getattr(self, f"_pick_{outgoing.entity}", None)
        if pick:
            return pick(client, outgoing, found)
        return min(found, key=lambda one: one.get("created") or 0, default=None)

    @api.model
    def _search_own(self, client, outgoing: Outgoing) -> list[dict]:
        path = f"{const.PATHS[outgoing.entity][0]}/search"
        query = f'metadata["{const.REFERENCE}"]:"{outgoing.reference}"'
        answer = client.request("GET", path, params={"query": query}).json()
        shapes.check(answer, {"data": [{"id": str}]})
        return answer.get("data") or []

    @api.model
    def _list_own(self, client, outgoing: Outgoing) -> list[dict]:
        """All objects made since the message, filtered by our mark."""
        path = const.PATHS[outgoing.entity][0]
        since = outgoing.received_at.replace(tzinfo=timezone.utc).timestamp()
        params = {
            "created[gte]": int(since) - const.CLOCK_DIFFERENCE,
            **self._own_filter(client, outgoing),
        }
        found, cursor, pages, more = [], "", 0, True
        while more:
            if pages == const.MAX_COUNT_PAGES:
                raise TransientError(
                    self.env._("Stripe has too many new objects to look through.")
                )
            params["limit"] = const.PAGE_SIZE
            _response, data, more = self._list(client, path, params, cursor)
            found += [one for one in data if forms.mark_of(one) == outgoing.reference]
            cursor = data[-1]["id"] if data else ""
            pages, more = pages + 1, bool(more and data)
        return found

    @api.model
    def _own_filter(self, client, outgoing: Outgoing) -> dict:
        """What narrows the list down: the customer of an invoice, and so on."""
        wanted = const.LIST_FILTERS.get(outgoing.entity)
        value = outgoing.record.get(wanted) if wanted else None
        return {wanted: value} if value else {}

    @api.model
    def _tidy_up(self, client, path: str) -> None:
        """Delete a half-made object; what cannot be deleted is harmless."""
        try:
            client.request("DELETE", path, read=False)
        except IntegrationError as error:
            _logger.warning("A draft at Stripe was left behind: %s", error)


def in_doubt(error: IntegrationError) -> UnknownOutcomeError:
    """What may pass, in the middle of a write of several requests.

    The first of them was done: only the same keys go on with it, and a new one would
    make another object.
    """
    return UnknownOutcomeError(
        error.message,
        hint=error.hint,
        retry_after=error.retry_after,
        details=error.details,
    )


def _is_worn_out(error: IntegrationError) -> bool:
    """Whether the idempotency key is to blame: a kept 500, or other parameters."""
    details = error.details
    if isinstance(error, UnknownOutcomeError):
        return bool(details.get("replayed"))
    return details.get("type") == const.KEY_REFUSED
