# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plain data that adapters, intake, pipeline and entities hand to each other."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from .engine.errors import IntegrationError

# source_type of an object that the hub read itself: "poll.<entity>".
POLL = "poll"
# source_type of a page of a peer's list: "page.<entity>".
PAGE = "page"


class Delivery(NamedTuple):
    """One HTTP request to the webhook, before anything of it is believed.

    :param body: raw bytes as received
    :param headers: lower-case name → value
    :param now: this server's clock, unix seconds
    :param tolerance: accepted difference to the peer's clock, seconds
    """

    body: bytes
    headers: dict
    now: float
    tolerance: int


@dataclass
class Message:
    """One event of a delivery, as ``adapter.split`` gives it.

    :param source_event_id: the peer's id of the message, unique for the connector
    :param source_type: what the peer calls it
    :param body: the bytes of this one event
    :param event_type: canonical dotted name, empty when the adapter does not know it
    :param entity: canonical entity, empty when unknown
    :param external_id: the object the message is about
    :param occurred_at: naive UTC
    :param version: sortable, see ``engine.versions``
    :param fingerprint: what must be equal when the same id arrives again
    :param error: set when the message is authentic but must be set aside
    """

    source_event_id: str
    source_type: str = ""
    body: bytes = b""
    event_type: str = ""
    entity: str = ""
    external_id: str = ""
    occurred_at: datetime | None = None
    version: str = ""
    fingerprint: str = ""
    error: IntegrationError | None = None


class Identity(NamedTuple):
    """Who a system says we are: answer of *Test connection*."""

    account_ref: str
    name: str


class Registration(NamedTuple):
    """A webhook that a system has registered for us."""

    remote_id: str
    secret: str


@dataclass
class Source:
    """One object of a peer in the adapter's own single shape.

    :param record: the object; mappings select from it
    :param version: how new it is, sortable text by the peer's clock
    :param deleted: the peer deleted it
    :param reference: what a write of ours left in the object to say which Odoo record
        it stands for (:attr:`Outgoing.reference`); empty: nothing, or not ours to read
    :param merged_into: id of the object that the peer merged it into; a merged object
        is a deleted one as well
    """

    record: dict
    version: str = ""
    deleted: bool = False
    reference: str = ""
    merged_into: str = ""


class Page(NamedTuple):
    """One page of a peer's list.

    :param records: list of (external id, raw record)
    :param cursor: where the next page starts, empty at the end
    :param version: state of the list by the peer's clock
    """

    records: list
    cursor: str
    version: str


class EventPage(NamedTuple):
    """One page of the messages that a peer keeps: answer of ``adapter._missed``.

    :param messages: as ``adapter._split`` gives them, whether they arrived or not
    :param cursor: where the next page starts, empty at the end
    """

    messages: list[Message]
    cursor: str


class Balance(NamedTuple):
    """What a peer holds for us in one currency now: answer of ``adapter._balances``.

    :param currency: ISO 4217
    :param available: `Decimal` in the currency's own unit, what may be paid out
    :param pending: `Decimal`, what is on its way into it
    """

    currency: str
    available: Decimal
    pending: Decimal

    @property
    def total(self) -> Decimal:
        """All that the peer owes us in this currency."""
        return self.available + self.pending


class Control(NamedTuple):
    """One object as the peer counts it, for comparing both sides.

    It is read past the mapping and tells only what both sides must agree on.

    :param external_id: the peer's id of the object
    :param key: what the books know it by: a payment's business key, a document's
        number; else the id
    :param amount: canonical money, signed as in the entity's schema; None: no amount
    :param occurred_at: naive UTC, what the object is dated by
    :param status: a status of the entity's schema, '' where it has none
    :param note: what people know it by, for example its description
    :param fee: canonical money, signed, where a part of the amount was kept as a fee
    :param original: canonical money in the currency it was converted from, signed
    :param source: the peer's id of the object that a movement of money is about
    """

    external_id: str
    key: str
    amount: dict | None
    occurred_at: datetime
    status: str = ""
    note: str = ""
    fee: dict | None = None
    original: dict | None = None
    source: str = ""


class ControlPage(NamedTuple):
    """One page of what a peer has of an entity: answer of ``adapter._control``.

    :param records: list of :class:`Control`
    :param cursor: where the next page starts, empty at the end
    """

    records: list[Control]
    cursor: str


@dataclass
class Item:
    """One object on its way through the pipeline, inbound.

    The first block comes from the event row, the second is filled by the pipeline,
    the third by the entity.
    """

    event_id: int
    uuid: str
    entity: str
    external_id: str
    lane: str = ""
    source_type: str = ""
    event_type: str = ""
    kind: str = "state"
    body: bytes = b""
    attempts: int = 0
    version: str = ""
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    correlation_id: str = ""
    forced: bool = False
    read_first: bool = False

    flow: Any = None
    source: Source | None = None
    digest: str = ""
    canonical: dict = field(default_factory=dict)
    link: Any = None
    links: dict = field(default_factory=dict)
    tie: bool = False
    newer: Any = None
    references: dict = field(default_factory=dict)
    outcome: str = ""  # "", skip, fail, fetch, done
    reason: str = ""
    error: IntegrationError | None = None
    fresh: bool = False  # its source was read from the peer for this message
    sealed: bool = True  # the body is as the inbox keeps it: encrypted

    vals: dict = field(default_factory=dict)
    model: str = ""
    res_id: int = 0
    document_name: str = ""
    operation: str = ""
    diff: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    base: dict = field(default_factory=dict)
    bindings: list = field(default_factory=list)
    arrived: list = field(default_factory=list)  # known now: "entity:external id"
    matched: str = ""  # by what a known record was found, for people: "VAT DE…"
    alias: bool = False  # another object stands for the record; this one joins it
    judge: Any = None  # decides field by field, where rules of data owners exist
    refused: dict = field(default_factory=dict)  # field → [Odoo's, the peer's] value
    conflicts: dict = field(default_factory=dict)  # as refused, for a person to decide
    amount: Any = None
    currency_id: int | None = None

    @property
    def is_poll(self) -> bool:
        """Whether the hub read this one object (`integration.fetch`)."""
        return self.source_type == f"{POLL}.{self.entity}"

    @property
    def was_read(self) -> bool:
        """Whether the hub read the object, singly or in a page of a list."""
        return self.is_poll or self.source_type == f"{PAGE}.{self.entity}"

    @property
    def just_read(self) -> bool:
        """Whether the source is what the peer said when it was asked."""
        return self.fresh or self.was_read

    @property
    def open(self) -> bool:
        """Whether the next step still has to look at it."""
        return not self.outcome

    def skip(self, reason: str, message: str = "") -> None:
        """Nothing to do, for a reason of ``engine.errors.SKIP_REASONS``."""
        self.outcome, self.reason = "skip", reason
        if message:
            self.notes.append(message)

    def supersede(self, newer) -> None:
        """A newer snapshot of the same object stands in the same batch."""
        self.skip("superseded")
        self.newer = newer

    @property
    def comes_back(self) -> bool:
        """Whether the newer snapshot of the batch failed: then this one counts."""
        newest = self.newer
        while newest is not None and newest.newer is not None:
            newest = newest.newer
        return newest is not None and newest.outcome == "fail"

    def fail(self, error: IntegrationError) -> None:
        """It cannot be applied; the class of the error says what follows."""
        self.outcome, self.error = "fail", error

    def fetch(self) -> None:
        """The peer must be asked first: in a job of its own, before any write."""
        self.outcome = "fetch"

    def restart(self) -> None:
        """Forget what an attempt did that was rolled back."""
        self.outcome, self.error = "", None
        self.vals, self.diff, self.base = {}, {}, {}
        self.notes, self.bindings, self.arrived = [], [], []
        self.model = self.document_name = self.operation = ""
        self.res_id = 0
        self.matched = ""
        self.alias = False
        self.judge, self.refused, self.conflicts = None, {}, {}


class Written(NamedTuple):
    """What a peer answered to a create, an update or a deletion.

    :param external_id: the peer's id of the object
    :param source: the object as it is at the peer now, in the adapter's one shape,
        exactly as :meth:`adapter._source` would give it for the peer's own message
        about this change: equal records make that message *nothing changed*. None:
        the answer does not hold the object (a deletion)
    """

    external_id: str
    source: Source | None = None


@dataclass
class Outgoing:
    """One Odoo record on its way to a peer.

    The first block comes from the event row, the second is filled by the hub before
    the call, the third by what became of it. An adapter reads it and changes nothing.

    :param lane: messages of one lane, ``<entity>:<model>,<id>``, go in order
    :param kind: state (a snapshot; only the newest is sent) or effect (each is sent)
    :param changed: Odoo fields that changed; empty for a new record
    :param idempotency_key: the same for every attempt to send this very content; at
        most 64 characters of ``[0-9a-f-]``. Several requests of one write append a
        suffix of their own
    :param deleted: the record was deleted in Odoo: delete the object. ``record`` is
        empty then
    :param values: only for a change request: Odoo field → value, to be sent though
        the peer owns the field and Odoo says something else. None otherwise
    :param flow: `connector_out.OutPlan`
    :param link: the bound object (`external_id.Link`), None when it must be created
    :param links: further parts of the object that are bound: role → Link
    :param reference: ``<database uuid>:<model>:<id>``, what the peer should keep with
        the object so that it can be found again and its messages lead to this record
    :param canonical: the whole record in the common format; references as
        ``{"entity", "external_id"}``. Empty where a call is repeated, so an adapter
        uses ``record``, which is also all that may leave
    :param record: what to send: the canonical keys that changed and may leave, after
        the outgoing mapping. For a new object all of them
    :param keys: the canonical keys in ``record``
    """

    event_id: int
    uuid: str
    entity: str
    event_type: str
    lane: str
    kind: str
    model: str
    res_id: int
    external_id: str = ""
    attempts: int = 0
    idempotency_key: str = ""
    correlation_id: str = ""
    received_at: datetime | None = None
    changed: list = field(default_factory=list)
    forced: bool = False
    deleted: bool = False
    body: bytes = b""
    state: str = "pending"
    sent_at: datetime | None = None

    values: dict | None = None
    flow: Any = None
    link: Any = None
    links: dict = field(default_factory=dict)
    reference: str = ""
    document_name: str = ""
    canonical: dict = field(default_factory=dict)
    allowed: set = field(default_factory=set)  # keys that Odoo may send
    keys: list = field(default_factory=list)
    record: dict = field(default_factory=dict)
    stamps: dict = field(default_factory=dict)  # Odoo field → hash of its value
    marks: dict = field(default_factory=dict)  # key → hash of what is sent of it
    amount: Any = None
    currency_id: int | None = None

    outcome: str = ""  # "", done, skip, fail, later, move, drop
    reason: str = ""
    error: IntegrationError | None = None
    written: Written | None = None
    calling: bool = False  # the row is in state sending, by this very item
    looked_up: bool = False  # written is what is there now, not what a write gave
    notes: list = field(default_factory=list)
    diff: dict = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the next step still has to look at it."""
        return not self.outcome

    @property
    def creates(self) -> bool:
        """Whether the object must be made at the peer."""
        return not self.external_id and not self.deleted

    def skip(self, reason: str, message: str = "") -> None:
        """Nothing to send, for a reason of ``engine.errors.SKIP_REASONS``."""
        self.outcome, self.reason = "skip", reason
        if message:
            self.notes.append(message)

    def fail(self, error: IntegrationError) -> None:
        """It cannot be sent; the class of the error says what follows."""
        self.outcome, self.error = "fail", error

    def later(self, reason: str = "") -> None:
        """Not now: something of the same object comes first. Not an attempt."""
        self.outcome, self.reason = "later", reason
