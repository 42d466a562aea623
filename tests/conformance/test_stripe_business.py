# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's business, the command line, and what must hold under many requests."""

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from simulators import stripe_params
from simulators.companies import COUNTRIES, company, vat
from simulators.stripe import StripeSimulator
from simulators.stripe_business import DUPLICATE_EMAIL, EXISTING, SCRIPT, Business
from simulators.stripe_ledger import Ledger

SCRIPT_FILE = Path(__file__).parent.parent / "simulators" / "stripe.py"
AUTH = {"Authorization": "Bearer sk_test_demo"}


# -- business ------------------------------------------------------------------------


@pytest.mark.parametrize("country", [c.code for c in COUNTRIES if c.vat])
def test_vat_numbers_are_valid(country):
    stdnum = pytest.importorskip("stdnum")
    judge = stdnum.get_cc_module(country.lower(), "vat")
    rng = random.Random(3)
    for _attempt in range(200):
        judge.validate(vat(rng, country)["value"])


def test_every_company_is_accepted():
    sim = StripeSimulator(seed=1)
    rng = random.Random(3)
    for _attempt in range(300):
        sim.create_customer(**company(rng))
    countries = {obj["address"]["country"] for obj in sim.customers.values()}
    assert countries == {country.code for country in COUNTRIES}
    assert {obj["preferred_locales"][0] for obj in sim.customers.values()} == {
        country.locale for country in COUNTRIES
    }
    sim.stop()


def test_business_starts_with_customers_and_waits_for_an_endpoint(sim, receiver):
    sim.clock.unfreeze()
    sim.business = Business(sim, pace=0.02)
    sim.business.start()
    assert len(sim.customers) == EXISTING
    assert len({obj["created"] for obj in sim.customers.values()}) > 20
    time.sleep(0.2)
    assert sim.business.steps == 0
    sim.add_endpoint(receiver.url)
    for _attempt in range(200):
        if sim.business.steps > len(SCRIPT):
            break
        time.sleep(0.02)
    sim.business.running = False
    assert sim.wait_idle()
    events = [json.loads(request.body) for request in receiver.got]
    emails = [event["data"]["object"].get("email") for event in events]
    assert DUPLICATE_EMAIL in emails
    assert "XX" in [
        (event["data"]["object"].get("address") or {}).get("country")
        for event in events
    ]


def test_a_hiccup_fails_twice_then_works(sim):
    business = Business(sim)
    business.prepare()
    assert business.step("hiccup") == "hiccup"
    event = list(sim.events.values())[-1]
    assert event["type"] == "customer.tax_id.created"
    url = f"{sim.url}/v1/customers/{event['data']['object']['customer']}"
    statuses = [
        requests.get(url, headers=AUTH, timeout=5).status_code for _ in range(3)
    ]
    assert statuses == [503, 503, 200]


def test_business_repeats_with_the_seed_and_never_breaks():
    def play():
        sim = StripeSimulator(seed=11)
        sim.clock.freeze(1_790_000_000)
        business = Business(sim)
        business.prepare()
        names = [business.step() for _ in range(300)]
        state = (names, list(sim.customers.values()), list(sim.events))
        assert Ledger(sim).differences() == []
        ends = {obj["status"] for obj in sim.invoices.values()}
        assert ends == {"open", "paid", "void"}
        assert {key for one in sim.customers for key in sim.entitlements(one)} >= {
            "remote_support",
            "monitoring",
        }
        sim.stop()
        return state

    first = play()
    assert first == play()
    assert set(first[0]) == {
        "new", "change", "tax_id", "verify", "hiccup", "delete", "duplicate", "invalid",
        "invoice", "pay", "part", "void", "charge", "product", "refund", "dispute",
        "verdict", "fee", "payout", "subscribe", "replan", "leave", "rest", "credit",
    }  # fmt: skip
    assert tuple(first[0][: len(SCRIPT)]) == SCRIPT


# -- command line --------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port, *options):
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT_FILE), "serve", "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    return process, line


def test_serve_keeps_its_state_even_when_killed(tmp_path):
    port = free_port()
    options = ("--state", str(tmp_path), "--business", "--seed", "5")
    process, line = serve(port, *options)
    try:
        assert f"http://127.0.0.1:{port}" in line and f"{EXISTING} customers" in line
        url = f"http://127.0.0.1:{port}"
        made = requests.post(
            f"{url}/v1/customers", data={"name": "Kept"}, headers=AUTH, timeout=5
        ).json()
        health = requests.get(f"{url}/_control/health", timeout=5).json()
        assert health["customers"] == EXISTING + 1
        busy = subprocess.run(
            [sys.executable, str(SCRIPT_FILE), "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert busy.returncode == 1 and "cannot be used" in busy.stdout
        assert "Traceback" not in busy.stderr
        time.sleep(1.5)
        process.kill()
        process.wait(5)
        process.stdout.close()
        process, line = serve(port, *options)
        assert f"{EXISTING + 1} customers" in line
        read = requests.get(f"{url}/v1/customers/{made['id']}", headers=AUTH, timeout=5)
        assert read.json()["name"] == "Kept"
        changed = {"name": "Changed"}
        requests.post(
            f"{url}/v1/customers/{made['id']}", data=changed, headers=AUTH, timeout=5
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        stored = json.loads((tmp_path / "stripe.json").read_text())
        objects = stored["resources"]["customers"]["objects"]
        assert objects[made["id"]]["name"] == "Changed"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(5)
        process.stdout.close()


# -- many at once --------------------------------------------------------------------


def test_one_key_from_many_threads_makes_one_customer(sim):
    statuses = []

    def create():
        answer = requests.post(
            f"{sim.url}/v1/customers",
            data={"name": "Once"},
            headers={**AUTH, "Idempotency-Key": "same"},
            timeout=10,
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=create) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sim.customers) == len(sim.events) == 1
    assert set(statuses) <= {200, 409} and 200 in statuses


def test_many_threads_lose_nothing(sim, receiver):
    sim.add_endpoint(receiver.url)

    def create(number):
        session = requests.Session()
        for index in range(20):
            session.post(
                f"{sim.url}/v1/customers",
                data={"name": f"{number}-{index}"},
                headers=AUTH,
                timeout=10,
            )

    threads = [threading.Thread(target=create, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sim.wait_idle()
    assert len(sim.customers) == len(sim.events) == len(receiver.got) == 160
    assert len({obj["name"] for obj in sim.customers.values()}) == 160


# -- forms ---------------------------------------------------------------------------

_keys = st.text("abcdefghijklmnop_", min_size=1, max_size=8)
_texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)
_values = st.recursive(
    _texts,
    lambda inner: (
        st.dictionaries(_keys, inner, min_size=1, max_size=4)
        | st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_keys, _values, max_size=4))
def test_forms_of_the_sdk_are_read_back_as_they_were(values):
    from urllib.parse import urlencode

    form = urlencode(list(_api_encode(values)))
    try:
        assert stripe_params.parse(form) == values
    except stripe_params.ApiError as error:
        assert "too deep" in error.message


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab[]01=&%+ é"), max_size=40))
def test_any_form_is_read_or_refused(form):
    try:
        assert isinstance(stripe_params.parse(form), dict)
    except stripe_params.ApiError as error:
        assert error.status == 400
