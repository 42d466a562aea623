# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pickle

import pytest

from engine import errors
from engine.errors import ERROR_CLASSES, IntegrationError, MissingReferenceError, Skip

# The table of the architecture, written out again: (family, state, counted).
TABLE = {
    "transient": ("technical", "retry", True),
    "rate_limited": ("technical", "retry", False),
    "authentication": ("technical", "pending", False),
    "unknown_outcome": ("technical", "sending", True),
    "permanent": ("technical", "dead", False),
    "schema": ("data", "quarantine", False),
    "mapping": ("data", "review", False),
    "duplicate_candidate": ("data", "review", False),
    "missing_reference": ("data", "waiting", False),
    "ownership": ("process", "review", False),
    "business_rule": ("process", "review", False),
    "locked_period": ("process", "review", False),
}
EXCEPTIONS = {
    "transient": errors.TransientError,
    "rate_limited": errors.RateLimitedError,
    "authentication": errors.AuthenticationError,
    "unknown_outcome": errors.UnknownOutcomeError,
    "permanent": errors.PermanentError,
    "schema": errors.SchemaError,
    "mapping": errors.MappingError,
    "duplicate_candidate": errors.DuplicateCandidateError,
    "missing_reference": errors.MissingReferenceError,
    "ownership": errors.OwnershipError,
    "business_rule": errors.BusinessRuleError,
    "locked_period": errors.LockedPeriodError,
}


def test_the_table_is_that_of_the_architecture():
    assert {
        name: (row.family, row.state, row.counted)
        for name, row in ERROR_CLASSES.items()
    } == TABLE
    assert all(name == row.name for name, row in ERROR_CLASSES.items())


@pytest.mark.parametrize("name", TABLE)
def test_each_class_has_its_exception(name):
    error = EXCEPTIONS[name]("no")
    assert isinstance(error, IntegrationError)
    assert error.error_class == name
    assert error.family == TABLE[name][0]


def test_an_error_of_no_special_kind_is_permanent():
    assert IntegrationError("no").error_class == "permanent"


def test_all_parts_are_kept():
    error = errors.MappingError(
        "bad", hint="look", path="a.b", retry_after=3, details={"k": 1}
    )
    assert (error.message, error.hint, error.path) == ("bad", "look", "a.b")
    assert (error.retry_after, error.details) == (3, {"k": 1})


def test_details_are_a_copy_and_never_shared():
    details = {"k": 1}
    error = IntegrationError("bad", details=details)
    error.details["k"] = 2
    assert details == {"k": 1}
    assert IntegrationError("a").details is not IntegrationError("b").details


def test_text_is_message_and_path():
    assert str(IntegrationError("bad")) == "bad"
    assert str(IntegrationError("bad", path="a.b")) == "bad (a.b)"
    assert str(IntegrationError("`a.b` is bad", path="a.b")) == "`a.b` is bad"


def test_missing_reference_says_what_is_missing():
    error = MissingReferenceError(
        "not here", entity="customer", external_id="c1", path="p", hint="h"
    )
    assert (error.entity, error.external_id) == ("customer", "c1")
    assert error.details == {"entity": "customer", "external_id": "c1"}
    assert (error.path, error.hint) == ("p", "h")


@pytest.mark.parametrize("kind", EXCEPTIONS.values())
def test_errors_survive_pickling(kind):
    copy = pickle.loads(pickle.dumps(kind("bad", path="p", details={"a": 1})))
    assert type(copy) is kind
    assert (copy.message, copy.path) == ("bad", "p")
    assert copy.details["a"] == 1


def test_skip_takes_known_reasons_only():
    assert errors.SKIP_REASONS == {
        "not_final",
        "not_subscribed",
        "stale",
        "duplicate",
        "no_change",
        "before_start_date",
        "superseded",
        "filtered",
        "shadow",
        "not_owner",
        "coalesced",
    }
    skip = Skip("no_change")
    assert (skip.reason, skip.message, str(skip)) == ("no_change", "", "no change")
    assert str(Skip("stale", "older than what we have")) == "older than what we have"
    assert not isinstance(skip, IntegrationError)
    with pytest.raises(ValueError):
        Skip("bored")
