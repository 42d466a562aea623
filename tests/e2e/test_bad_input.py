# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What strangers, broken senders and enemies post, over real HTTP.

Refused: with the status of the contract and without a trace in the database. Authentic
but senseless: taken, stored as it came, set aside for a person, and never a 5xx.
"""

import json
import re
import socket
import time

import pytest
from e2e.hub import send
from e2e.waiting import until

from engine.encryption import KeyRing
from simulators.stripe_events import sign

LIMIT = 262144
JSON = {"Content-Type": "application/json"}
TRACE = re.compile(r"[0-9a-f]{32}")
INSIDE = re.compile(r"Traceback|psycopg|odoo\.|File \"|\.py|Exception|Error\b")


@pytest.fixture(scope="module", autouse=True)
def no_errors_in_the_logs(stack):
    """Nothing of all this is an error of the program."""
    before = stack.web.errors(), stack.jobs.errors()
    yield
    assert (stack.web.errors(), stack.jobs.errors()) == before


def stored(hub) -> int:
    return len(hub.events())


def raw_body(hub, event: dict) -> bytes:
    """The stored bytes, decrypted with the stack's key."""
    uuid, body = hub.stack.sql(
        "SELECT uuid, body FROM integration_event WHERE id = %s", event["id"]
    )[0]
    ring = KeyRing.parse(hub.stack.keys)
    return ring.decrypt(bytes(body), f"integration.event|{uuid}|body")


def check_answer(answer, status: int) -> None:
    assert answer.status == status
    assert TRACE.fullmatch(answer.headers["x-correlation-id"])
    if answer.body:  # HEAD has none
        assert set(answer.json()) <= {"status", "event"}
        assert not INSIDE.search(answer.body.decode())


# === REFUSED === #


def signature(secret: str, body: bytes, age=0) -> dict:
    moment = int(time.time()) - age
    return {
        **JSON,
        "Stripe-Signature": f"t={moment},v1={sign(secret, body, moment)}",
    }


FORGERIES = {
    "none": lambda secret, body: JSON,
    "empty": lambda secret, body: {**JSON, "Stripe-Signature": ""},
    "garbage": lambda secret, body: {**JSON, "Stripe-Signature": "\x7f=,=,v1"},
    "other secret": lambda secret, body: signature("whsec_other", body),
    "other body": lambda secret, body: signature(secret, body + b" "),
    "too old": lambda secret, body: signature(secret, body, age=310),
    "from the future": lambda secret, body: signature(secret, body, age=-310),
    "other scheme": lambda secret, body: {
        **JSON,
        "Stripe-Signature": signature(secret, body)["Stripe-Signature"].replace(
            "v1=", "v0="
        ),
    },
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_not_authentic_is_refused(post_hub, mail, forgery):
    body = json.dumps(post_hub.new_event(mail)).encode()
    before = stored(post_hub)
    headers = FORGERIES[forgery](post_hub.secret, body)
    check_answer(send(post_hub.url, body, headers), 401)
    assert stored(post_hub) == before


def test_an_unknown_address_is_refused(post_hub, mail):
    event = post_hub.new_event(mail)
    url = post_hub.url.rpartition("/")[0]
    check_answer(post_hub.deliver(event, url=f"{url}/{'x' * 43}"), 404)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_taken(post_hub, method):
    answer = send(post_hub.url, b"", {}, method=method)
    check_answer(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
    ],
    ids=lambda headers: next(iter(headers.values())).partition(";")[0],
)
def test_forms_and_packed_bodies_are_refused(post_hub, mail, headers):
    before = stored(post_hub)
    check_answer(post_hub.deliver(post_hub.new_event(mail), headers=headers), 415)
    assert stored(post_hub) == before


def test_a_large_body_is_refused_and_the_largest_is_taken(post_hub, mail):
    event = post_hub.new_event(mail)
    filled = json.dumps(event).encode().ljust(LIMIT)
    check_answer(post_hub.deliver(filled + b" "), 413)
    check_answer(post_hub.deliver(filled), 200)
    assert post_hub.event(event["id"])["body_size"] == LIMIT


def talk(url: str, head: list[str], body: bytes, hang_up=True) -> bytes:
    """Say exactly this to the server and hear what it answers."""
    host, path = url.removeprefix("http://").split("/", 1)
    name, port = host.split(":")
    lines = [f"POST /{path} HTTP/1.1", f"Host: {host}", "Connection: close", *head]
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        heard = b""
        while part := connection.recv(65536):
            heard += part
    return heard


def lines_of(headers: dict) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def test_a_chunked_body_is_refused(post_hub, mail):
    body = json.dumps(post_hub.new_event(mail)).encode()
    before = stored(post_hub)
    head = lines_of(signature(post_hub.secret, body))
    chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    heard = talk(post_hub.url, [*head, "Transfer-Encoding: chunked"], chunks)
    assert heard.split(b" ")[1] == b"411"
    assert b"x-correlation-id" in heard.lower()
    assert stored(post_hub) == before


@pytest.mark.parametrize("lie", [-1, 1], ids=["shorter", "longer"])
def test_a_lying_content_length_is_refused(post_hub, mail, lie):
    body = json.dumps(post_hub.new_event(mail)).encode()
    before = stored(post_hub)
    head = lines_of(signature(post_hub.secret, body))
    heard = talk(post_hub.url, [*head, f"Content-Length: {len(body) + lie}"], body)
    # Shorter: what was read has another signature. Longer: it is not whole.
    assert heard.split(b" ")[1] == (b"401" if lie < 0 else b"400")
    assert stored(post_hub) == before


@pytest.mark.parametrize("length", ["", "-5", "1e3", "0x10", "²", "99999999999999999"])
def test_a_senseless_content_length_is_refused(post_hub, length):
    head = [*lines_of(JSON), f"Content-Length: {length}"]
    heard = talk(post_hub.url, head, b"{}")
    assert heard.split(b" ")[1] in (b"400", b"411", b"413")


def test_the_senders_trace_id_comes_back(post_hub, mail):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    event = post_hub.new_event(mail)
    answer = post_hub.deliver(event, headers=headers)
    assert answer.headers["x-correlation-id"] == trace
    kept = post_hub.stack.value(
        "SELECT correlation_id FROM integration_event WHERE source_event_id = %s",
        event["id"],
    )
    assert kept == trace


# === AUTHENTIC AND UNREADABLE === #

UNREADABLE = {
    "empty": b"",
    "no json": b"{'id': 'evt_1'}",
    "cut": b'{"id": "evt_1", "type": "customer.crea',
    "not utf-8": b'{"id": "evt_1", "name": "\xff\xfe"}',
    "byte order mark": b'\xef\xbb\xbf{"id": "evt_1"}',
    "nul byte": b'{"id": "evt_1", "name": "a\x00b"}',
    "nul escape": b'{"id": "evt_1", "name": "a\\u0000b"}',
    "lone surrogate": b'{"id": "evt_1", "name": "\\ud800"}',
    "surrogate as key": b'{"id": "evt_1", "\\udfff": 1}',
    "deep lists": b'{"id": "evt_1", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "unclosed depth": b"[" * 200_000,
    "huge integer": b'{"id": "evt_1", "a": ' + b"9" * 200_000 + b"}",
    "huge exponent": b'{"id": "evt_1", "a": 1e999999999}',
    "duplicate keys": b'{"id": "evt_1", "id": "evt_2"}',
    "nan": b'{"id": "evt_1", "a": NaN}',
    "infinity": b'{"id": "evt_1", "a": -Infinity}',
    "list": b"[]",
    "text": b'"evt_1"',
    "number": b"1",
    "null": b"null",
    "no id": b'{"object": "event", "type": "customer.created"}',
    "id is a list": b'{"id": ["evt_1"], "object": "event"}',
    "id with blanks": b'{"id": "evt 1\'; DROP TABLE x", "object": "event"}',
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_nobody_can_read_is_kept_and_set_aside(post_hub, kind):
    body = UNREADABLE[kind]
    before = stored(post_hub)
    answer = post_hub.deliver(body)
    check_answer(answer, 200)
    assert answer.json()["status"] == "stored"
    again = post_hub.deliver(body)
    check_answer(again, 200)
    assert again.json() == {**answer.json(), "status": "duplicate"}

    assert stored(post_hub) == before + 1
    event = post_hub.events()[-1]
    assert (event["state"], event["error_class"]) == ("quarantine", "schema")
    assert event["source_event_id"].startswith("sha256:")
    assert raw_body(post_hub, event) == body
    check_words(event)
    [(state, error_class, message, _hint)] = post_hub.exceptions(event["id"])
    assert (state, error_class, message) == ("open", "schema", event["error"])
    # A person can open it, whatever is in it.
    shown = post_hub.operator.read(
        "integration.event", event["id"], "payload", "display_name"
    )
    assert not INSIDE.search(str(shown["payload"]))


def check_words(event: dict) -> None:
    """A problem is said in words, without the program's inside."""
    assert event["error"]
    assert not INSIDE.search(f"{event['error']} {event['hint']}")


# === AUTHENTIC, READABLE, WRONG === #


def aside(hub, event: dict, state="quarantine", error_class="schema") -> dict:
    """Deliver; the message must be set aside, unapplied, with one open exception."""
    check_answer(hub.deliver(event), 200)
    found = hub.wait_state(event["id"], state)
    assert found["error_class"] == error_class
    check_words(found)
    assert [row[:2] for row in hub.exceptions(found["id"])] == [("open", error_class)]
    assert hub.partner(event["data"]["object"]["id"]) is None
    return found


def test_the_same_id_again_has_no_effect(post_hub, mail):
    event = post_hub.new_event(mail)
    first = post_hub.deliver(event)
    check_answer(first, 200)
    post_hub.wait_state(event["id"], "done")
    partner = post_hub.partner(event["data"]["object"]["id"])
    # Between deliveries only this counter of Stripe's differs.
    again = post_hub.deliver({**event, "pending_webhooks": 7})
    check_answer(again, 200)
    assert again.json() == {**first.json(), "status": "duplicate"}
    assert len(post_hub.events("source_event_id LIKE %s", f"{event['id']}%")) == 1
    assert post_hub.partner(event["data"]["object"]["id"]) == partner


def test_the_same_id_for_something_else_is_set_aside(post_hub, mail):
    event = post_hub.new_event(mail)
    customer = event["data"]["object"]["id"]
    check_answer(post_hub.deliver(event), 200)
    post_hub.wait_state(event["id"], "done")
    other = post_hub.new_event(mail, name="Mallory")
    forged = {**other, "id": event["id"]}
    for _time in range(2):  # sent again it is a duplicate of itself
        check_answer(post_hub.deliver(forged), 200)
    rows = post_hub.events("source_event_id LIKE %s", f"{event['id']}%")
    assert [row["state"] for row in rows] == ["done", "quarantine"]
    assert rows[1]["source_event_id"].startswith(f"{event['id']}#")
    check_words(rows[1])
    assert len(post_hub.exceptions(rows[1]["id"])) == 1
    assert post_hub.partner(customer)["name"] != "Mallory"
    assert post_hub.partner(other["data"]["object"]["id"]) is None


MARKER = {
    "_type": "odoo_recordset",
    "model": "res.users",
    "ids": [1, 2],
    "uid": 1,
    "su": True,
    "context": {},
}


def test_a_hostile_marker_does_nothing(post_hub, mail):
    """queue_job turns such an object in a job's arguments into superuser's records."""
    harmless = post_hub.new_event(mail, metadata={"segment": MARKER}, extra=MARKER)
    check_answer(post_hub.deliver({**harmless, "_type": "odoo_recordset"}), 200)
    post_hub.wait_state(harmless["id"], "done")
    aside(post_hub, post_hub.new_event(mail, name=MARKER))
    jobs = post_hub.stack.sql(
        "SELECT id FROM queue_job WHERE concat(args, kwargs, records) LIKE %s",
        "%res.users%",
    )
    assert jobs == []


WRONG = {
    "data.object.email": {"email": 5},
    "data.object.name": {"name": ["a"]},
    "data.object.address.city": {"address": {"city": {"a": 1}}},
    "data.object.preferred_locales[1]": {"preferred_locales": ["de", None]},
    "data.object.shipping.address": {"shipping": {"address": "here"}},
    "data.object.id": {"id": {"evil": True}},
}


@pytest.mark.parametrize("path", WRONG)
def test_a_field_of_the_wrong_type_is_named(post_hub, mail, path):
    event = post_hub.new_event(mail, **WRONG[path])
    check_answer(post_hub.deliver(event), 200)
    found = post_hub.wait_state(event["id"], "quarantine")
    assert (found["error_class"], found["error_path"]) == ("schema", path)
    check_words(found)


def test_a_record_that_breaks_its_schema_is_named(post_hub, mail):
    event = post_hub.new_event(mail, phone="1" * 100)
    assert aside(post_hub, event)["error_path"] == "phone"


def test_an_unknown_kind_of_a_wanted_object_is_set_aside(post_hub, mail):
    event = {**post_hub.new_event(mail), "type": "customer.levitated"}
    assert aside(post_hub, event)["error_path"] == "type"


def unwanted(hub, mail: str, kind="topup.created", identifier="tu_1") -> dict:
    """A message about something that this connector has no flow for."""
    event = hub.new_event(mail)
    found = {"id": identifier, "object": kind.partition(".")[0]}
    return {**event, "type": kind, "data": {"object": found}}


@pytest.mark.parametrize(
    "kind, identifier", [("topup.created", "tu_1"), ("product.created", "prod_1")]
)
def test_a_kind_nobody_wants_is_skipped(post_hub, mail, kind, identifier):
    event = unwanted(post_hub, mail, kind, identifier)
    check_answer(post_hub.deliver(event), 200)
    found = post_hub.wait_state(event["id"], "skipped")
    assert found["skip_reason"] == "not_subscribed"


def test_a_live_message_in_a_test_connector_is_set_aside(post_hub, mail):
    event = {**post_hub.new_event(mail), "livemode": True}
    assert aside(post_hub, event)["error_path"] == "livemode"


def test_a_message_of_another_account_is_set_aside(post_hub, mail):
    event = {**post_hub.new_event(mail), "account": "acct_somebody"}
    assert aside(post_hub, event)["error_path"] == "account"


def test_a_bad_message_does_not_stop_its_neighbours(post_hub, mail):
    events = [post_hub.new_event(mail) for _number in range(20)]
    for index in (3, 9, 10, 17):
        events[index]["data"]["object"]["phone"] = "1" * 100
    for event in events:
        check_answer(post_hub.deliver(event), 200)
    for index, event in enumerate(events):
        good = index not in (3, 9, 10, 17)
        post_hub.wait_state(event["id"], "done" if good else "quarantine")


def test_two_partners_that_match_are_for_a_person(post_hub, mail):
    twin = f"twin@{mail}"
    partners = post_hub.stack.people["admin"].call(
        "res.partner",
        "create",
        [{"name": "Twin One", "email": twin}, {"name": "Twin Two", "email": twin}],
    )
    event = post_hub.new_event(mail, email=twin)
    customer = event["data"]["object"]["id"]
    found = aside(post_hub, event, "review", "duplicate_candidate")
    assert "Twin One" in found["error"] and "Twin Two" in found["error"]
    # The person makes clear which one is meant and lets it run again.
    post_hub.stack.people["admin"].write("res.partner", partners[1], email=False)
    post_hub.operator.press("integration.event", found["id"], "action_retry")
    post_hub.wait_state(event["id"], "done")
    assert post_hub.partner(customer)["id"] == partners[0]
    assert [row[0] for row in post_hub.exceptions(found["id"])] == ["resolved"]


# === CONNECTORS THAT STAND STILL === #


def test_a_paused_flow_holds_its_messages(make_hub, sim, mail):
    hub = make_hub().live()
    sim.sender.configure(paused=True)
    hub.press_flow("action_pause")
    events = [hub.new_event(mail) for _number in range(3)]
    for event in events:
        check_answer(hub.deliver(event), 200)
    # A message that no paused flow holds passes them: the drain was there.
    other = unwanted(hub, mail)
    check_answer(hub.deliver(other), 200)
    hub.wait_state(other["id"], "skipped")
    assert hub.states() == {"pending": 3, "skipped": 1}
    hub.press_flow("action_go_live")
    assert hub.wait_rest() == {"done": 3, "skipped": 1}


def test_a_pause_counts_for_a_drain_that_runs(make_hub, sim, mail):
    """A drain lingers after its last message; what comes after the pause is held."""
    hub = make_hub().live()
    sim.sender.configure(paused=True)
    for _round in range(3):
        first, second = hub.new_event(mail), hub.new_event(mail)
        check_answer(hub.deliver(first), 200)
        hub.wait_state(first["id"], "done")
        hub.press_flow("action_pause")
        check_answer(hub.deliver(second), 200)
        hub.wait_quiet()
        assert hub.event(second["id"])["state"] == "pending"
        hub.press_flow("action_go_live")
        hub.wait_state(second["id"], "done")


def test_a_draft_connector_stores_and_waits(make_hub, sim, mail):
    hub = make_hub().draft()
    sim.sender.configure(paused=True)
    events = [hub.new_event(mail) for _number in range(2)]
    check_answer(hub.deliver(events[0]), 200)
    hub.press("action_submit")
    check_answer(hub.deliver(events[1]), 200)
    assert hub.state == "review"
    assert hub.states() == {"pending": 2}
    jobs = hub.stack.value(
        "SELECT count(*) FROM queue_job WHERE identity_key LIKE %s",
        f"integration.drain:{hub.id}:%",
    )
    assert jobs == 0
    hub.press("action_approve", by=hub.second)
    hub.go_live()
    states = hub.wait_rest()
    # Between the approval and "go live" the flow only compares.
    assert sum(states.values()) == 2 and set(states) <= {"done", "skipped"}


@pytest.mark.parametrize("stop", ["action_pause", "action_suspend"])
def test_a_connector_that_stands_still_stores(make_hub, sim, mail, stop):
    hub = make_hub().live()
    sim.sender.configure(paused=True)
    hub.press(stop)
    event = hub.new_event(mail)
    check_answer(hub.deliver(event), 200)
    assert hub.states() == {"pending": 1}
    if stop == "action_pause":
        hub.press("action_resume")
    else:
        hub.press("action_submit")
        hub.press("action_approve", by=hub.second)
    hub.wait_state(event["id"], "done")


def test_a_retired_connector_says_gone(make_hub, sim, mail):
    hub = make_hub().live()
    sim.sender.configure(paused=True)
    hub.press("action_retire")
    answer = until(
        "every worker knows that it is retired",
        lambda: (found := hub.deliver(hub.new_event(mail))).status == 410 and found,
    )
    check_answer(answer, 410)


def test_nobody_approves_alone(make_hub):
    hub = make_hub().draft()
    hub.press("action_submit")
    with pytest.raises(Exception, match="second person"):
        hub.press("action_approve")
    assert hub.state == "review"
