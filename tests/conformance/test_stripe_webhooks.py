# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Deliveries: signatures judged by the official SDK, retries, duplicates, disorder."""

import json
import time

import pytest
import requests
import stripe
from stripe import Webhook, WebhookSignature

HOUR = 3600


def signature(request):
    return request.header("stripe-signature")


# -- signatures ----------------------------------------------------------------------


def test_every_delivery_verifies_and_every_tampered_one_does_not(sim, receiver):
    secret = sim.add_endpoint(receiver.url)["secret"]
    other = sim.add_endpoint(f"{receiver.url}/other")["secret"]
    for number in range(10):
        customer = sim.create_customer(name=f"Käufer {number} 中")
        sim.add_tax_id(customer["id"], "us_ein", f"12-345678{number}")
        sim.update_customer(customer["id"], phone=str(number))
    assert sim.wait_idle()
    assert len(receiver.got) == 60
    for request in receiver.got:
        mine, foreign = (
            (other, secret) if request.path.endswith("other") else (secret, other)
        )
        event = Webhook.construct_event(request.body, signature(request), mine)
        assert event.id in sim.events
        tampered = request.body.replace(b"false", b"true ", 1)
        assert tampered != request.body
        with pytest.raises(stripe.SignatureVerificationError):
            Webhook.construct_event(tampered, signature(request), mine)
        with pytest.raises(stripe.SignatureVerificationError):
            Webhook.construct_event(request.body, signature(request), foreign)


def test_our_signature_is_the_sdk_s(sim, receiver):
    secret = sim.add_endpoint(receiver.url)["secret"]
    sim.create_customer(name="A")
    assert sim.wait_idle()
    request = receiver.got[0]
    moment = int(signature(request).split(",")[0].removeprefix("t="))
    assert abs(moment - time.time()) < 60
    expected = WebhookSignature.generate_signature_header(
        request.body.decode(), secret, moment
    )
    assert set(expected.split(",")) <= set(signature(request).split(","))


def test_virtual_signing_time_is_outside_of_the_tolerance(sim, receiver):
    secret = sim.add_endpoint(receiver.url)["secret"]
    sim.outbox.sign_clock = "virtual"
    sim.clock.freeze(time.time() - 400)
    sim.create_customer(name="A")
    assert sim.wait_idle()
    request = receiver.got[0]
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        Webhook.construct_event(request.body, signature(request), secret)
    Webhook.construct_event(request.body, signature(request), secret, tolerance=500)


def test_a_rolled_secret_overlaps_for_a_day(sim, receiver):
    endpoint = sim.add_endpoint(receiver.url)
    new = sim.roll_secret(endpoint["id"])
    sim.create_customer(name="A")
    assert sim.wait_idle()
    request = receiver.got[-1]
    assert signature(request).count("v1=") == 2
    for secret in (endpoint["secret"], new):
        Webhook.construct_event(request.body, signature(request), secret)
    assert sim.advance(24 * HOUR)
    sim.create_customer(name="B")
    assert sim.wait_idle()
    request = receiver.got[-1]
    Webhook.construct_event(request.body, signature(request), new)
    with pytest.raises(stripe.SignatureVerificationError):
        Webhook.construct_event(request.body, signature(request), endpoint["secret"])


# -- endpoints -----------------------------------------------------------------------


def test_endpoints_through_the_sdk(client, sim, receiver):
    made = client.v1.webhook_endpoints.create(
        {
            "url": receiver.url,
            "enabled_events": ["customer.created", "customer.deleted"],
            "api_version": "2025-02-24.acacia",
            "metadata": {"connector": "1"},
        }
    )
    assert made.secret.startswith("whsec_") and made.status == "enabled"
    read = client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in read and read.api_version == "2025-02-24.acacia"
    assert "secret" not in client.v1.webhook_endpoints.list().data[0]
    one = sim.create_customer(name="A")
    sim.update_customer(one["id"], name="B")
    assert sim.wait_idle()
    assert [json.loads(r.body)["type"] for r in receiver.got] == ["customer.created"]
    changed = client.v1.webhook_endpoints.update(made.id, {"enabled_events": ["*"]})
    assert changed.enabled_events == ["*"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.update(
            made.id, {"api_version": "2026-10-28.endive"}
        )
    sim.update_customer(one["id"], name="C")
    assert sim.wait_idle() and len(receiver.got) == 2
    client.v1.webhook_endpoints.update(made.id, {"disabled": True})
    sim.update_customer(one["id"], name="D")
    assert sim.wait_idle() and len(receiver.got) == 2
    assert client.v1.webhook_endpoints.delete(made.id).deleted is True
    assert client.v1.webhook_endpoints.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.retrieve(made.id)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://example.com"},
        {"url": ""},
        {"enabled_events": []},
        {"enabled_events": ["customer.exploded"]},
        {"api_version": "yesterday"},
    ],
)
def test_senseless_endpoints_are_refused(client, sim, change):
    values = {"url": "https://a.example", "enabled_events": ["*"], **change}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.create(values)
    assert not sim.webhook_endpoints


def test_at_most_sixteen_endpoints(client, sim):
    for number in range(16):
        sim.add_endpoint(f"https://a.example/{number}")
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16"):
        client.v1.webhook_endpoints.create(
            {"url": "https://a.example/16", "enabled_events": ["*"]}
        )


# -- retries -------------------------------------------------------------------------


def test_retries_back_off_on_the_virtual_clock(sim, receiver):
    secret = sim.add_endpoint(receiver.url)["secret"]
    receiver.answers = [500, 302, "reset", 404]
    start = sim.clock.now()
    sim.create_customer(name="A")
    assert sim.wait_idle() and len(receiver.got) == 1
    sim.advance(59)
    assert len(receiver.got) == 1
    sim.advance(1)
    assert len(receiver.got) == 2
    assert sim.advance(3 * 24 * HOUR)
    assert [row.sent_at - start for row in sim.deliveries] == [0, 60, 180, 420, 900]
    assert [row.status for row in sim.deliveries] == [500, 302, None, 404, 200]
    assert [row.outcome for row in sim.deliveries] == ["failed"] * 4 + ["delivered"]
    assert {json.loads(row.body)["id"] for row in sim.deliveries} == set(sim.events)
    for request in receiver.got:
        Webhook.construct_event(request.body, signature(request), secret)


def test_delivery_is_given_up_after_three_days(client, sim, receiver):
    sim.add_endpoint(receiver.url)
    receiver.answers = [500] * 1000
    sim.create_customer(name="A")
    failed = client.v1.events.list({"delivery_success": False})
    assert len(failed.data) == 1
    assert sim.advance(10 * 24 * HOUR)
    assert len(receiver.got) == 13
    first, last = sim.deliveries[0], sim.deliveries[-1]
    assert last.outcome == "gave_up"
    assert 2 * 24 * HOUR < last.sent_at - first.sent_at <= 3 * 24 * HOUR
    assert sim.sender.pending() == []
    assert len(client.v1.events.list({"delivery_success": False}).data) == 1
    assert client.v1.events.list({"delivery_success": True}).data == []
    receiver.answers = []
    event = next(iter(sim.events))
    sim.redeliver(event)
    assert sim.wait_idle()
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert client.v1.events.retrieve(event).pending_webhooks == 0


def test_a_disabled_or_deleted_endpoint_gets_no_retries(client, sim, receiver):
    one = sim.add_endpoint(receiver.url)["id"]
    two = sim.add_endpoint(receiver.url)["id"]
    receiver.answers = [500, 500]
    sim.create_customer(name="A")
    assert sim.wait_idle() and len(receiver.got) == 2
    client.v1.webhook_endpoints.update(one, {"disabled": True})
    client.v1.webhook_endpoints.delete(two)
    assert sim.advance(4 * 24 * HOUR)
    assert len(receiver.got) == 2
    assert sorted(row.outcome for row in sim.deliveries)[:2] == ["dropped", "dropped"]
    assert sim.sender.pending() == []


def test_nobody_listening_is_a_failure_that_is_retried(sim, receiver):
    sim.add_endpoint("http://127.0.0.1:9/hook")
    sim.create_customer(name="A")
    assert sim.wait_idle()
    assert sim.deliveries[0].outcome == "failed" and sim.deliveries[0].error
    assert len(sim.sender.pending()) == 1


def test_an_endpoint_that_never_answers_times_out(sim, receiver):
    class Slow(list):
        def pop(self, *_args):
            time.sleep(0.6)
            return 200

        def __bool__(self):
            return True

    receiver.answers = Slow()
    sim.sender.configure(timeout=0.2)
    sim.add_endpoint(receiver.url)
    sim.create_customer(name="A")
    assert sim.wait_idle()
    assert sim.deliveries[0].outcome == "failed"
    assert "timed out" in sim.deliveries[0].error


# -- duplicates and disorder ---------------------------------------------------------


def test_duplicates_and_disorder(sim, receiver):
    sim.add_endpoint(receiver.url)
    sim.sender.configure(duplicates=(1, 4), shuffle_window=600)
    for number in range(60):
        sim.create_customer(name=str(number))
    assert sim.advance(600)
    got = [json.loads(request.body)["id"] for request in receiver.got]
    counts = {event: got.count(event) for event in sim.events}
    assert set(counts.values()) == {1, 2, 3, 4}
    assert len(got) == len(sim.deliveries) == sum(counts.values())
    first_seen = list(dict.fromkeys(got))
    assert first_seen != list(sim.events) and set(first_seen) == set(sim.events)
    bodies = {row.body for row in sim.deliveries if row.event == got[0]}
    assert {json.loads(body)["data"]["object"]["id"] for body in bodies} == {
        sim.events[got[0]]["data"]["object"]["id"]
    }


def test_a_pause_holds_everything_until_it_is_flushed(sim, receiver):
    sim.add_endpoint(receiver.url)
    sim.sender.configure(paused=True)
    for number in range(30):
        sim.create_customer(name=str(number))
    assert sim.advance(HOUR)
    assert receiver.got == []
    sim.sender.flush(shuffle=True)
    assert sim.wait_idle()
    got = [json.loads(request.body)["id"] for request in receiver.got]
    assert sorted(got) == sorted(sim.events)
    # Several threads alone move an event by a place or two; a shuffle by a third.
    moved = [abs(got.index(event) - place) for place, event in enumerate(sim.events)]
    assert sum(moved) / len(moved) > 5


def test_same_seed_same_ids_and_weather(receiver):
    from simulators.stripe import StripeSimulator

    def play(seed):
        sim = StripeSimulator(seed=seed)
        sim.clock.freeze(1_790_000_000)
        sim.sender.configure(duplicates=(1, 4), shuffle_window=60, paused=True)
        endpoint = sim.add_endpoint(receiver.url)
        for number in range(20):
            sim.create_customer(name=str(number))
        jobs = [(job.event, job.copy, job.due) for job in sim.sender.pending()]
        sim.stop()
        return endpoint, list(sim.customers), jobs

    assert play(5) == play(5)
    assert play(5) != play(6)


# -- restart -------------------------------------------------------------------------


def stored(sim):
    state = sim.keeper.dump()
    for job in state["jobs"]:
        del job["number"]  # counts anew in every process
    return state


def test_state_survives_a_restart(tmp_path, receiver):
    from simulators.stripe import StripeSimulator

    receiver.answers = [503]
    with StripeSimulator(seed=1, state=tmp_path, account="acct_1Kept") as sim:
        sim.clock.freeze(1_790_000_000)
        secret = sim.add_endpoint(receiver.url)["secret"]
        customer = sim.create_customer(
            name="Kept", tax_id_data=[{"type": "eu_vat", "value": "DE136695976"}]
        )
        sim.wait_idle()
        url = f"{sim.url}/v1/customers"
        auth = {"Authorization": "Bearer sk_test_demo", "Idempotency-Key": "k"}
        made = requests.post(url, data={"name": "B"}, headers=auth, timeout=5).json()
        sim.wait_idle()
        before = stored(sim)
    with StripeSimulator(seed=2, state=tmp_path) as sim:
        assert stored(sim) == before
        assert sim.account == "acct_1Kept"
        assert sim.customer(customer["id"])["tax_ids"]["data"][0]["customer"]
        url = f"{sim.url}/v1/customers"
        again = requests.post(url, data={"name": "B"}, headers=auth, timeout=5)
        assert again.json()["id"] == made["id"]
        assert sim.create_customer(name="C")["id"] not in (customer["id"], made["id"])
        assert len(sim.sender.pending()) >= 1
        assert sim.advance(120)
    for request in receiver.got:
        Webhook.construct_event(request.body, signature(request), secret)
    assert len({json.loads(r.body)["id"] for r in receiver.got}) == 4


# -- thin events ---------------------------------------------------------------------


def test_thin_events_through_the_sdk(client, sim, receiver):
    made = client.v2.core.event_destinations.create(
        {
            "name": "Thin",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["v1.customer.created", "v1.customer.updated"],
            "webhook_endpoint": {"url": receiver.url},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    secret = made.webhook_endpoint.signing_secret
    read = client.v2.core.event_destinations.retrieve(made.id)
    assert read.webhook_endpoint.signing_secret is None
    customer = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    sim.update_customer(customer.id, name="B")
    sim.add_tax_id(customer.id, "us_ein", "12-3456789")
    assert sim.wait_idle() and len(receiver.got) == 2
    notices = {}
    for request in receiver.got:
        with pytest.raises(ValueError):
            Webhook.construct_event(request.body, signature(request), secret)
        notice = client.parse_event_notification(
            request.body, signature(request), secret
        )
        notices[notice.type] = notice
        with pytest.raises(stripe.SignatureVerificationError):
            client.parse_event_notification(
                request.body + b" ", signature(request), secret
            )
    created = notices["v1.customer.created"]
    assert created.reason.request.idempotency_key == "k"
    assert created.fetch_related_object().name == "B"
    full = notices["v1.customer.updated"].fetch_event()
    assert full.changes["before"]["name"] == "A"
    assert full.snapshot_event in sim.events and full.id not in sim.events
    client.v2.core.event_destinations.disable(made.id)
    sim.update_customer(customer.id, name="C")
    assert sim.wait_idle() and len(receiver.got) == 2
    assert client.v2.core.event_destinations.delete(made.id).id == made.id
