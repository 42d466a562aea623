# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import masking
from engine.masking import MASK, SensitiveFilter, keep_headers, mask, mask_text

CARD = "4242424242424242"
IBAN = "BE68539007547034"


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "Password",
        "user_passwd",
        "secret",
        "client_secret",
        "clientSecret",
        "webhook-secret",
        "token",
        "access_token",
        "refreshToken",
        "authorization",
        "api_key",
        "apiKey",
        "X-Api-Key",
        "private_key",
        "iban",
        "card_number",
        "account_number",
        "routing_number",
        "cvc",
        "PAN",
        "pin",
        "ssn",
        "cookie",
        "Set-Cookie",
        "session_id",
        "Signature",
    ],
)
@pytest.mark.parametrize("value", ["hush", 12345, {"number": "x"}, ["hush"], 1.5])
def test_values_of_secret_keys_are_hidden(key, value):
    assert mask({"a": [{key: value}]}) == {"a": [{key: MASK}]}


@pytest.mark.parametrize("value", [None, True, False, ""])
def test_whether_a_secret_is_set_stays_visible(value):
    assert mask({"password": value}) == {"password": value}


def test_ordinary_values_stay():
    document = {
        "id": "cus_NffrFeUfNV2Hib",
        "object": "customer",
        "name": "Ada Lovelace",
        "created": 1795311564,
        "created_ms": 1795311564123,
        "amount": "1000.00",
        "pinned": True,
        "company": "Pan European",
        "list": [1, 2.5, None, {"x": "2026-11-22T01:39:24Z"}],
        "uuid": "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    }
    assert mask(document) == document


def test_the_original_is_left_alone():
    document = {"password": "hush", "list": [{"token": "x"}]}
    masked = mask(document)
    assert document == {"password": "hush", "list": [{"token": "x"}]}
    masked["list"].append(1)
    assert len(document["list"]) == 1


def test_extra_keys_in_any_spelling():
    document = {"birthDate": "1815-12-10", "a": {"birth_date": "x"}, "birth": "y"}
    assert mask(document, {"birth_date"}) == {
        "birthDate": MASK,
        "a": {"birth_date": MASK},
        "birth": "y",
    }


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+32 470 12 34 67", "•••67"),
        (32470123467, "•••67"),
        ("12", "•••"),
        (None, None),
        ("", ""),
    ],
)
@pytest.mark.parametrize("key", ["phone", "mobile_number", "workPhone", "fax"])
def test_phones_keep_two_digits(key, value, shown):
    assert mask({key: value}) == {key: shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ada@example.com", "a•••@example.com"),
        ("a@example.com", "a•••@example.com"),
        ("to Ada.L+x@mail.example.co.uk!", "to A•••@mail.example.co.uk!"),
        (f"card {CARD} used", "card ••• used"),
        ("card 4242 4242 4242 4242", "card •••"),
        ("card 4242-4242-4242-4242.", "card •••."),
        ("378282246310005", "•••"),
        ("3782 822463 10005", "•••"),
        ("1234 4242 4242 4242 4242 1234", "1234 ••• 1234"),
        ("5 4242424242424242, 4242424242424242 5", "5 •••, ••• 5"),
        ("2026-11-22 2026-11-23 4 2026", "2026-11-22 2026-11-23 4 2026"),
        ("4242424242424241", "4242424242424241"),
        ("1795311564123", "1795311564123"),
        (f"to {IBAN}", "to •••"),
        ("to BE68 5390 0754 7034", "to •••"),
        ("BE68539007547035", "BE68539007547035"),
        ("Authorization: Bearer abcdef.123", "Authorization: Bearer •••"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic •••"),
        ("key sk_test_4eC39HqLyjW", "key •••"),
        ("rk_live_4eC39HqLyjW", "•••"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "•••"),
        ("pi_3abc_secret_DEF456", "•••"),
        ("https://user:hush@example.com/x", "https://•••@example.com/x"),
        ("?api_key=hush123&x=1", "?api_key=•••&x=1"),
        ('{"client_secret": "hush hush", "a": 1}', '{"client_secret": •••, "a": 1}'),
        ("password=hush;", "password=•••;"),
        ("{'access_token': 'hush'}", "{'access_token': •••}"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "•••"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----!",
            "•••!",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut", "•••"),
        ("basic information", "basic •••"),
        ("customer cus_NffrFeUfNV2Hib stored", "customer cus_NffrFeUfNV2Hib stored"),
        ("POST /v1/customers 200 in 12 ms", "POST /v1/customers 200 in 12 ms"),
        ("a secret ingredient", "a secret ingredient"),
    ],
)
def test_texts(text, shown):
    assert mask_text(text) == shown
    assert mask({"note": [text]}) == {"note": [shown]}


def test_card_numbers_that_came_as_numbers():
    assert mask({"n": int(CARD), "l": [int(CARD)]}) == {"n": MASK, "l": [MASK]}


@given(st.text(max_size=80))
def test_masking_text_never_fails_and_is_stable_in_secrets(text):
    assert CARD not in mask_text(f"{text} {CARD} {text}")


@pytest.mark.parametrize(
    "pattern",
    [
        "a@" * 20000,
        "4 " * 20000,
        "secret_" * 10000,
        "eyJ" * 20000,
        "eyJ-" * 20000,
        "A" * 50000,
        "AB12 " * 10000,
        "://" * 20000,
    ],
)
def test_masking_takes_linear_time(pattern):
    started = time.monotonic()
    assert mask_text(pattern)
    assert time.monotonic() - started < 1


def test_headers_are_an_allow_list():
    assert masking.ALLOWED_HEADERS == {
        "content-type",
        "content-length",
        "user-agent",
        "traceparent",
        "x-request-id",
        "date",
    }
    headers = {
        "Content-Type": "application/json",
        "CONTENT-LENGTH": 5,
        "Authorization": "Bearer x",
        "Cookie": "a",
        "X-Signature": "b",
        "X-Custom": "c",
    }
    assert keep_headers(headers) == {
        "content-type": "application/json",
        "content-length": "5",
    }
    assert keep_headers(list(headers.items()), extra=("X-custom",))["x-custom"] == "c"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Proxy-Authorization",
        "WWW-Authenticate",
        "Cookie",
        "Set-Cookie",
        "Webhook-Signature",
        "X-Hub-Signature-256",
        "X-Auth-Token",
        "X-Api-Key",
        "ApiKey",
        "X-Client-Secret",
    ],
)
def test_some_headers_are_never_kept(name):
    assert keep_headers({name: "x"}, extra=(name,)) == {}


def test_long_headers_are_cut():
    assert len(keep_headers({"date": "x" * 5000})["date"]) == 1000


@pytest.fixture
def logged():
    lines = []

    class Handler(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    logger = logging.Logger("test_masking")
    handler = Handler()
    handler.addFilter(SensitiveFilter())
    logger.addHandler(handler)
    return logger, lines


def test_log_lines_are_masked(logged):
    logger, lines = logged
    logger.info("mail to %s with %s", "ada@example.com", {"password": "hush"})
    assert lines == ["mail to a•••@example.com with {'password': •••}"]


def test_tracebacks_are_masked(logged):
    logger, lines = logged
    try:
        raise ValueError("token=hush ada@example.com")
    except ValueError:
        logger.exception("failed")
    assert "ValueError" in lines[0]
    assert "hush" not in lines[0]
    assert "ada@" not in lines[0]


def test_a_broken_log_call_is_still_masked(logged):
    logger, lines = logged
    logger.info("%d", "password=hush")
    assert "hush" not in lines[0]


def test_hidden_values_are_found_under_other_keys():
    source = {
        "phone": "+49 170 7654321",
        "lines": [{"iban": "secret 77", "qty": 2}],
        "password": {"old": "geheim"},
        "name": "Ann",
    }
    hidden = masking.hidden_in(source)
    assert hidden == {"491707654321", "secret77", "geheim"}
    made = {
        "note": "call 0049-1707654321",
        "more": ["Secret 77!", 491707654321, 2, None, True],
        "deep": {"x": "GEHEIM", "name": "Ann"},
    }
    assert masking.hide(made, hidden) == {
        "note": masking.MASK,
        "more": [masking.MASK, masking.MASK, 2, None, True],
        "deep": {"x": masking.MASK, "name": "Ann"},
    }
    assert masking.hide(made, frozenset()) == made
