# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plain data of the preview: what goes in, what comes out of it."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from .engine import masking
from .messages import Source


@dataclass
class PreviewSource:
    """One thing to look at. Give one of ``source``, ``body`` and ``event_id``.

    :param entity: canonical entity; needed for a source, and for a pasted object
    :param external_id: the object, where the content itself does not say it
    :param body: raw content: a webhook message, or a single object of the system.
        Together with ``event_id``: that stored message with other content
    :param source: an object that was read already, in the adapter's one shape
    :param event_id: a stored message
    """

    entity: str = ""
    external_id: str = ""
    body: bytes | None = None
    source: Source | None = None
    event_id: int | None = None


@dataclass
class Preview:
    """What would become of one object; nothing of it was kept.

    :param index: place in the list of sources (one message may hold two objects)
    :param event_id: the stored message it is about, 0 for none
    :param received: the object in the adapter's one shape
    :param canonical: the object in the common format, None when it did not get there
    :param schema_errors: every ``{"path", "message"}`` that breaks the common format
    :param values: Odoo field → value as people read it
    :param labels: Odoo field → its label, for values and diff
    :param operation: create, update, link, archive, post, pay, …, none
    :param model: Odoo model of the record, with ``res_id``, 0 for one that would be new
    :param diff: Odoo field → [before, after]; ``ledger`` for journal items
    :param outcome: done, skip, fail, fetch (the peer must be asked first), waiting
    :param reason: of skip: one of ``engine.errors.SKIP_REASONS``
    :param error: of fail and waiting: ``{"class", "message", "path", "hint",
        "plain", "cause"}``
    :param missing: references that are not known: ``[[entity, external id]]``
    :param matched: by which key a known record was found
    :param amount: what the object is worth, decimal text, with ``currency`` (ISO 4217)
    """

    entity: str
    external_id: str
    index: int = 0
    event_id: int = 0
    received: dict = field(default_factory=dict)
    canonical: dict | None = None
    schema_errors: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    operation: str = ""
    model: str = ""
    res_id: int = 0
    document_name: str = ""
    diff: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    outcome: str = ""
    reason: str = ""
    error: dict | None = None
    missing: list = field(default_factory=list)
    matched: str = ""
    amount: str = ""
    currency: str = ""

    @property
    def passes(self) -> bool:
        """Whether the message would come through without a person."""
        return self.outcome in ("done", "skip")

    def as_dict(self, mask: bool = True) -> dict:
        """JSON types only.

        :param mask: hide personal data and secrets in what was received and in the
            common format, as the screen of a message does
        """
        result = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        if mask:
            result["received"] = masking.mask(result["received"])
            result["canonical"] = masking.mask(result["canonical"])
        return result


def plain(value):
    """A value in JSON types: exact numbers and dates become text.

    :raises TypeError: it belongs to a database cursor, so it cannot outlive it
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} cannot leave a dry run")
