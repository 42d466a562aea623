# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Typed errors: an error's class alone decides what happens to its event.

Every text given to these exceptions is shown to people as it is, so it names the
thing in plain words and never holds a secret.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorClass:
    """What follows from an error.

    :param name: technical name, stored on the event
    :param family: who can help: technical, data or process
    :param state: event state that follows
    :param counted: whether the failure uses up one of the event's attempts
    """

    name: str
    family: str
    state: str
    counted: bool = False


# An unknown outcome is counted because each one stands for a real call: a peer that
# never answers must end with a person, not in an endless look-up and send again.
ERROR_CLASSES = {
    error_class.name: error_class
    for error_class in (
        ErrorClass("transient", "technical", "retry", counted=True),
        ErrorClass("rate_limited", "technical", "retry"),
        ErrorClass("authentication", "technical", "pending"),
        ErrorClass("unknown_outcome", "technical", "sending", counted=True),
        ErrorClass("permanent", "technical", "dead"),
        ErrorClass("schema", "data", "quarantine"),
        ErrorClass("mapping", "data", "review"),
        ErrorClass("duplicate_candidate", "data", "review"),
        ErrorClass("missing_reference", "data", "waiting"),
        ErrorClass("ownership", "process", "review"),
        ErrorClass("business_rule", "process", "review"),
        ErrorClass("locked_period", "process", "review"),
    )
}

SKIP_REASONS = frozenset(
    {
        "not_subscribed",
        "stale",
        "duplicate",
        "no_change",
        "before_start_date",
        "not_final",
        "superseded",
        "filtered",
        "shadow",
        "not_owner",
        "coalesced",
    }
)


class IntegrationError(Exception):
    """Base of all errors of the hub; its text is fit for people.

    :param message: one plain sentence
    :param hint: what a person can do about it
    :param path: where in the document, e.g. ``addresses[0].country``
    :param retry_after: seconds the peer asked us to wait, or None
    :param details: dict of machine-readable facts, JSON types only
    """

    error_class = "permanent"

    def __init__(self, message, *, hint="", path="", retry_after=None, details=None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.retry_after = retry_after
        self.details = dict(details or {})

    @property
    def family(self):
        """technical, data or process."""
        return ERROR_CLASSES[self.error_class].family

    def __str__(self):
        if self.path and self.path not in self.message:
            return f"{self.message} ({self.path})"
        return self.message


class TransientError(IntegrationError):
    """The same attempt may succeed later."""

    error_class = "transient"


class RateLimitedError(IntegrationError):
    """The peer asked us to slow down; ``retry_after`` says for how long."""

    error_class = "rate_limited"


class AuthenticationError(IntegrationError):
    """The peer refuses our credential."""

    error_class = "authentication"


class UnknownOutcomeError(IntegrationError):
    """A change was sent and no answer came: it must be looked up, not repeated."""

    error_class = "unknown_outcome"


class PermanentError(IntegrationError):
    """Repeating the attempt cannot help."""

    error_class = "permanent"


class NotOfferedError(PermanentError):
    """The peer has nothing of the kind at all: no failure, and nothing to mend."""


class SchemaError(IntegrationError):
    """The message breaks its contract."""

    error_class = "schema"


class MappingError(IntegrationError):
    """A field mapping cannot translate the message; ``path`` is the target field."""

    error_class = "mapping"


class DuplicateCandidateError(IntegrationError):
    """More than one Odoo record could be meant."""

    error_class = "duplicate_candidate"


class MissingReferenceError(IntegrationError):
    """A record that the message refers to is not known yet.

    :param entity: canonical entity of the missing record
    :param external_id: the peer's id of it
    """

    error_class = "missing_reference"

    def __init__(self, message, entity="", external_id="", **kwargs):
        super().__init__(message, **kwargs)
        self.entity = entity
        self.external_id = external_id
        self.details.setdefault("entity", entity)
        self.details.setdefault("external_id", external_id)


class OwnershipError(IntegrationError):
    """Another system is the system of record for what the message changes."""

    error_class = "ownership"


class BusinessRuleError(IntegrationError):
    """Odoo refuses the change for a business reason."""

    error_class = "business_rule"


class LockedPeriodError(IntegrationError):
    """The accounting period that the message belongs to is closed."""

    error_class = "locked_period"


class Skip(Exception):
    """There is nothing to do for this event.

    :param reason: one of ``SKIP_REASONS``
    :param message: optional plain sentence
    :raises ValueError: for an unknown reason
    """

    def __init__(self, reason, message=""):
        if reason not in SKIP_REASONS:
            raise ValueError(f"unknown skip reason: {reason}")
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self):
        return self.message or self.reason.replace("_", " ")
