# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import contextlib
import re
from dataclasses import replace
from datetime import datetime

from odoo import api, models

from odoo.addons.integration_core.engine import signature, strict_json, versions
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import Delivery, Message, Source

from .. import const, forms, ranks

_UNIX_TIME = re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII)
_EVENT_ID = re.compile(r"[A-Za-z0-9_]{1,200}\Z")
_EVENT_TYPE = re.compile(r"[a-z0-9_.]{1,200}\Z")
# The only place where a thin event about a tax id names its customer.
_CUSTOMER_URL = re.compile(r"/v1/customers/([^/?#]+)(?:[/?]|\Z)")


class IntegrationAdapterStripe(models.AbstractModel):
    """Intake: the signature, and one event out of each delivery."""

    _inherit = "integration.adapter.stripe"

    # === PROOF === #

    @api.model
    def _authenticate(self, delivery: Delivery, secrets: list[bytes]) -> int | None:
        """Check ``Stripe-Signature`` (SDK ``_webhook.py``, scheme v1).

        The signed text is ``<t>.<raw body>``, the key the whole secret with its
        ``whsec_``. Unlike the SDK, a time too far in the future is refused as well.
        """
        header = delivery.headers.get(const.SIGNATURE_HEADER) or ""
        moment, given = _parse_signature(header)
        if not moment or not given:
            return None
        if not signature.within(int(moment), delivery.now, delivery.tolerance):
            return None
        signed = moment.encode() + b"." + delivery.body
        found = None
        for index, secret in enumerate(secrets):
            if not secret.strip():
                continue
            expected = signature.hmac_sha256(secret, signed).hex()
            # No early exit: the time taken does not tell which secret matched.
            if signature.matches([expected], given) and found is None:
                found = index
        return found

    # === SPLIT === #

    @api.model
    def _split(self, gate, body: bytes, headers: dict) -> list[Message]:
        """A delivery is one event, a snapshot or a thin one."""
        try:
            event = strict_json.loads(body)
            identifier = _word(event, "id", _EVENT_ID)
        except SchemaError as error:
            return [self._unreadable(body, error)]
        message = Message(source_event_id=identifier, body=body)
        messages = [message]
        try:
            self._describe(message, event)
            self._check_origin(gate.environment, gate.account_ref, event)
            if message.source_type == "invoice.paid" and self._pays(_object(event)):
                messages.append(_second(message))
        except SchemaError as error:
            message.error = error
        for one in messages:
            one.fingerprint = _fingerprint(event)
        return messages

    @api.model
    def _describe(self, message: Message, event: dict) -> None:
        """Fill in what the event is about.

        :raises engine.errors.SchemaError: it is not an event as Stripe makes them
        """
        thin = event.get("object") == const.THIN_EVENT
        if not thin and event.get("object") != const.SNAPSHOT_EVENT:
            raise SchemaError(
                self.env._("This is not an event of Stripe's."), path="object"
            )
        message.source_type = _word(event, "type", _EVENT_TYPE)
        message.version = _version(event.get("created"))
        message.occurred_at = datetime.fromisoformat(message.version[:-1])
        name = _plain_type(message.source_type) if thin else message.source_type
        if thin and name in const.THIN_IGNORED:
            return
        if name in const.EVENTS:
            message.event_type, entity = const.EVENTS[name]
            message.entity = entity
            find_id = _thin_id if thin else _snapshot_id
            message.external_id = find_id(event, entity)
            rank = 0 if thin else ranks.rank(entity, _object(event))
            message.version = ranks.refine(message.version, rank)
            return
        message.entity = _entity_of_unknown(name)
        if message.entity:
            # Where a flow wants the entity, :meth:`_source` sets it aside.
            find_id = _thin_id if thin else _snapshot_id
            with contextlib.suppress(SchemaError):
                message.external_id = find_id(event, message.entity)

    @api.model
    def _check_origin(self, environment: str, account_ref: str, event: dict) -> None:
        """Refuse what belongs to another mode or account of Stripe.

        Checked at intake and again before applying, so that a person's retry cannot
        bring test data into production.

        :raises engine.errors.SchemaError: saying what does not fit
        """
        livemode = event.get("livemode")
        if not isinstance(livemode, bool):
            raise SchemaError(
                self.env._("The message does not say whether it is live."),
                path="livemode",
            )
        self._check_mode(environment, livemode, "livemode")
        held = _object(event).get("livemode")
        self._check_mode(environment, held, "data.object.livemode")
        for key in ("account", "context"):
            named = _account(event.get(key))
            if named and account_ref and named != account_ref:
                raise SchemaError(
                    self.env._(
                        "This message is about account %(named)s, and the connector "
                        "serves %(ours)s.",
                        named=named,
                        ours=account_ref,
                    ),
                    hint=self.env._(
                        "Odoo is unchanged. Make a connector for that account if its "
                        "data shall come here."
                    ),
                    path=key,
                )

    @api.model
    def _check_mode(self, environment: str, livemode, path: str) -> None:
        """Refuse what is of the other mode; many objects do not say of which they are.

        :raises engine.errors.SchemaError: it is
        """
        if not isinstance(livemode, bool) or livemode == (environment == "production"):
            return
        mode = self.env._("live mode") if livemode else self.env._("test mode")
        raise SchemaError(
            self.env._(
                "This comes from Stripe's %(mode)s, and the connector's environment is "
                "“%(environment)s”.",
                mode=mode,
                environment=environment,
            ),
            hint=self.env._(
                "Odoo is unchanged. Live messages belong to a production connector, "
                "test messages to any other."
            ),
            path=path,
        )

    # === THE OBJECT INSIDE === #

    @api.model
    def _needs_fetch(self, item) -> bool:
        """Thin events hold no object, tax ids are in no snapshot, long lists are cut.

        Before the inbox is opened ``item.body`` is encrypted, and nothing is found in
        it; the core asks again afterwards.
        """
        name = _plain_type(item.source_type)
        if name not in const.EVENTS or name in const.DELETIONS:
            return name in const.EVENTS and name != item.source_type
        if name in const.HINTS or name != item.source_type:
            return True
        lacks = getattr(self, f"_lacks_{item.entity}", None)
        return bool(lacks and lacks(item))

    @api.model
    def _source(self, connector, item) -> Source:
        """The snapshot in a stored event, in normal form."""
        if item.source_type not in const.EVENTS:
            raise SchemaError(
                self.env._(
                    "Stripe sent “%(type)s”, a kind of message that is not known here.",
                    type=item.source_type,
                ),
                hint=self.env._(
                    "Odoo is unchanged. A newer version of this addon may know it."
                ),
                path="type",
            )
        event = strict_json.loads(item.body)
        self._check_origin(connector.environment, connector.account_ref or "", event)
        record = self._normal(item.entity, _object(event), "data.object")
        if item.source_type in const.RECEIPTS:
            record["paid_at"] = event.get("created")
        if item.source_type in const.DECISIONS:
            record["closed_at"] = event.get("created")
        if item.source_type == "price.deleted":
            record["active"] = False
        return Source(
            record=record,
            version=item.version,
            deleted=item.source_type in const.DELETIONS
            or self._is_nothing(item.entity, _object(event)),
            reference=forms.mark_of(_object(event)),
        )


def _parse_signature(header: str) -> tuple[str, list[str]]:
    """(time, v1 signatures) of the header; ('', []) for what does not fit.

    Nothing in it is believed: it may hold any bytes. Two times would leave open which
    of them was signed.
    """
    moments, given = [], []
    for part in header.split(","):
        key, _equals, value = part.strip().partition("=")
        if key == "t":
            moments.append(value)
        elif key == const.SIGNATURE_SCHEME:
            given.append(value)
    if len(moments) != 1 or not _UNIX_TIME.match(moments[0]):
        return "", []
    return moments[0], given


def _word(holder, key: str, pattern) -> str:
    """A text that is there and has the form it must have."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, str) or not pattern.match(value):
        raise SchemaError(f"“{key}” is missing or not as Stripe writes it", path=key)
    return value


def _version(created) -> str:
    """Sortable text: Unix seconds in snapshot events, RFC 3339 in thin ones."""
    try:
        if isinstance(created, str):
            return versions.from_iso(created)
        return versions.from_unix(created)
    except SchemaError as error:
        error.path = "created"
        raise


def _plain_type(source_type: str) -> str:
    """Type of a thin event without the API's name: customer.updated."""
    return source_type.removeprefix(const.THIN_PREFIX)


def _entity_of_unknown(name: str) -> str:
    """Entity that a type we do not know belongs to, '' when it is none of ours."""
    if name in const.IGNORED_EVENTS or name.startswith(const.OTHER_OBJECTS):
        return ""
    for entity, prefixes in const.ENTITY_PREFIXES.items():
        if name.startswith(prefixes):
            return entity
    return ""


def _object(event: dict) -> dict:
    data = event.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _snapshot_id(event: dict, entity: str) -> str:
    """The object of a snapshot; of a hint about a customer, the customer it names."""
    found = _object(event)
    if found.get("object") in const.OBJECTS[entity]:
        name = const.NAMED_BY.get(entity, "id")
        return _word_at(found, name, f"data.object.{name}")
    if entity != "customer":
        raise SchemaError(
            "the message holds another kind of object than its type says",
            path="data.object.object",
        )
    owner = found.get("customer")
    if isinstance(owner, dict):  # expanded
        return _word_at(owner, "id", "data.object.customer.id")
    return _word_at(found, "customer", "data.object.customer")


def _thin_id(event: dict, entity: str) -> str:
    """The object a thin event points to; of a hint, the customer in its address."""
    related = event.get("related_object")
    related = related if isinstance(related, dict) else {}
    if entity != "customer" or related.get("type") == "customer":
        return _word_at(related, "id", "related_object.id")
    url = _CUSTOMER_URL.match(str(related.get("url") or ""))
    return _word_at({"url": url and url[1]}, "url", "related_object.url")


def _second(message: Message) -> Message:
    """The payment that an ``invoice.paid`` tells of, as a message of its own."""
    event_type, entity = "payment.succeeded", "payment"
    return replace(
        message,
        source_event_id=f"{message.source_event_id}{const.PAYMENT_SUFFIX}",
        event_type=event_type,
        entity=entity,
    )


def _word_at(holder: dict, key: str, path: str) -> str:
    try:
        return _word(holder, key, const.OBJECT_ID)
    except SchemaError:
        raise SchemaError(f"“{path}” names no object of Stripe's", path=path) from None


def _account(value) -> str:
    """Account in ``account`` or at the end of ``context`` (org_…/acct_…)."""
    last = value.rpartition("/")[2] if isinstance(value, str) else ""
    return last if last.startswith("acct_") else ""


def _fingerprint(event: dict) -> str:
    """Sameness of a repeated id: type, time, object; never raw bytes, because
    ``pending_webhooks`` counts down between deliveries."""
    related = event.get("related_object")
    related = related if isinstance(related, dict) else {}
    object_id = _object(event).get("id") or related.get("id")
    parts = (event.get("type"), event.get("created"), object_id)
    return "|".join(str(part)[:200] for part in parts)
