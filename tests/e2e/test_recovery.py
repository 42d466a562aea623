# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is left behind is found, and a copied database is harmless."""

import contextlib
import subprocess

import pytest
from e2e import oracle
from e2e.database import LOCAL
from e2e.stack import DATABASE
from e2e.waiting import until

VAT = {"type": "eu_vat", "value": "DE136695976"}


@contextlib.contextmanager
def jobs_get_lost(hub):
    """Each wake-up is gone as soon as it is made, as if somebody had deleted it."""
    hub.wait_quiet()
    hub.stack.sql("INSERT INTO e2e_lose_jobs VALUES (%s)", hub.id)
    try:
        yield
    finally:
        hub.stack.sql("DELETE FROM e2e_lose_jobs")


def age(stack, event_id: int, seconds: int) -> None:
    """Let the message be that much older, instead of waiting."""
    stack.sql(
        """
        UPDATE integration_event
           SET received_at = received_at - %s * interval '1 second',
               next_attempt = next_attempt - %s * interval '1 second'
         WHERE id = %s
        """,
        seconds,
        seconds,
        event_id,
    )


# === THE SWEEPER === #


def test_the_sweeper_runs_every_minute(stack):
    assert stack.sql(
        "SELECT active, interval_number, interval_type FROM ir_cron WHERE id = ("
        "SELECT res_id FROM ir_model_data WHERE module = 'integration_core' "
        "AND name = 'cron_sweep')"
    ) == [(True, 1, "minutes")]


def test_a_lost_wake_up_is_found(hub, sim, mail):
    stack = hub.stack
    sim.sender.configure(paused=True)
    event = hub.new_event(mail)
    with jobs_get_lost(hub):
        assert hub.deliver(event).status == 200
    found = hub.event(event["id"])
    assert found["state"] == "pending"
    # Fifteen seconds belong to the ordinary course of things.
    age(stack, found["id"], 16)
    stack.run_cron("cron_sweep")
    hub.wait_state(event["id"], "done")


def test_a_message_wakes_those_that_were_stranded(hub, sim, mail):
    """Without any sweeper: the next message takes them along."""
    sim.sender.configure(paused=True)
    events = [hub.new_event(mail) for _number in range(8)]
    with jobs_get_lost(hub):
        for event in events:
            assert hub.deliver(event).status == 200
    assert hub.states() == {"pending": 8}
    for _number in range(8):  # both drains get one
        assert hub.deliver(hub.new_event(mail)).status == 200
    assert hub.wait_rest() == {"done": 16}


def test_a_retry_whose_job_is_gone_is_started_again(hub, sim, mail):
    stack = hub.stack
    customer = sim.create_customer(name="Retried", email=f"retried@{mail}")["id"]
    hub.settle()
    path = f"/v1/customers/{customer}"
    sim.faults.add(status=503, method="GET", path=path, count=1)
    sim.add_tax_id(customer, **VAT)
    hint = hub.last_event()
    event = until("it failed once", lambda: (e := hub.events()[-1])["attempts"] and e)
    assert event["source_event_id"] == hint
    stack.sql("DELETE FROM queue_job WHERE uuid = %s", event["job_uuid"])
    age(stack, event["id"], 120)
    stack.run_cron("cron_sweep")
    hub.wait_state(hint, "done")
    assert hub.event(hint)["job_uuid"] != event["job_uuid"]


def wait_for(stack, event_id: int, reference: str) -> None:
    """Put a message into the state in which it waits for another object."""
    stack.sql(
        "UPDATE integration_event SET state = 'waiting', waiting_for = %s, "
        "next_attempt = now() AT TIME ZONE 'UTC' + interval '1 day', "
        "finished_at = NULL WHERE id = %s",
        reference,
        event_id,
    )


def test_a_message_that_waits_is_woken_by_what_it_waits_for(hub, sim, mail):
    sim.sender.configure(paused=True)
    waiting, awaited = hub.new_event(mail), hub.new_event(mail)
    assert hub.deliver(waiting).status == 200
    found = hub.wait_state(waiting["id"], "done")
    wait_for(hub.stack, found["id"], f"customer:{awaited['data']['object']['id']}")
    assert hub.deliver(awaited).status == 200
    hub.wait_state(awaited["id"], "done")
    hub.wait_state(waiting["id"], "done", "skipped")


def test_a_message_whose_reference_was_bound_meanwhile_is_found(hub, sim, mail):
    sim.sender.configure(paused=True)
    events = [hub.new_event(mail) for _number in range(2)]
    for event in events:
        assert hub.deliver(event).status == 200
        hub.wait_state(event["id"], "done")
    bound = events[1]["data"]["object"]["id"]
    wait_for(hub.stack, hub.event(events[0]["id"])["id"], f"customer:{bound}")
    hub.stack.run_cron("cron_sweep")
    hub.wait_state(events[0]["id"], "done", "skipped")


def test_a_message_that_waits_too_long_is_for_a_person(hub, sim, mail):
    sim.sender.configure(paused=True)
    event = hub.new_event(mail)
    assert hub.deliver(event).status == 200
    found = hub.wait_state(event["id"], "done")
    wait_for(hub.stack, found["id"], "customer:cus_never")
    age(hub.stack, found["id"], 90_000)
    hub.stack.run_cron("cron_sweep")
    found = hub.wait_state(event["id"], "review")
    assert "cus_never" in found["error"]
    assert [row[0] for row in hub.exceptions(found["id"])] == ["open"]


# === A DATABASE THAT GOES AWAY === #


def cut_connections(stack) -> int:
    """End every connection of the jobs server, as a restart or failover does."""
    return len(
        stack.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            f"odoo-{stack.jobs.pid}",
        )
    )


def test_a_reading_outlives_its_connection(hub, sim, mail):
    """The peer answers after the database was cut off: no person is asked."""
    customer = sim.create_customer(name="Read", email=f"read@{mail}")["id"]
    hub.settle()
    hub.wait_quiet()
    asked = len(sim.requests)
    path = f"/v1/customers/{customer}"
    sim.faults.add(kind="slow", method="GET", path=path, count=1, delay=3.0)
    sim.add_tax_id(customer, **VAT)
    until("the peer is asked", lambda: len(sim.requests) > asked)
    assert cut_connections(hub.stack)
    event = hub.wait_state(hub.last_event(), "done", "dead", timeout=180)
    assert event["state"] == "done", event
    assert hub.exceptions(event["id"]) == []
    assert oracle.differences(hub) == []


def test_a_load_outlives_its_connection(hub, sim, mail):
    """It goes on by itself with the page it was at."""
    sim.sender.configure(paused=True)
    for number in range(5):
        sim.create_customer(name=f"Loaded {number}", email=f"l{number}@{mail}")
    asked = len(sim.requests)
    sim.faults.add(kind="slow", method="GET", path="/v1/customers", count=1, delay=3.0)
    hub.press_flow("action_load")
    until("the peer is asked", lambda: len(sim.requests) > asked)
    assert cut_connections(hub.stack)
    until("its job has failed", lambda: hub.load_jobs() == ["failed"])
    hub.stack.run_cron("cron_sweep")
    until("it is loaded", lambda: hub.read_flow("load_state")["load_state"] == "done")
    assert len(hub.links()) == 5
    assert oracle.differences(hub) == []


# === COPIED DATABASES === #


@pytest.fixture
def copied(stack):
    """Copies the database while it is at work; drops the copies in the end."""
    names = []

    def copy(name: str) -> str:
        names.append(name)
        stack.postgres.dump_into(DATABASE, name)
        return name

    yield copy
    for name in names:
        stack.postgres.drop(name)


@contextlib.contextmanager
def running(server):
    server.start()
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


def stranded_event(hub, mail: str) -> dict:
    """A message that is ready and has no job: a drain would take it at once."""
    event = hub.new_event(mail)
    with jobs_get_lost(hub):
        assert hub.deliver(event).status == 200
    return event


def sweep(stack, database: str) -> None:
    """Let the sweeper of a copy run, and wait until it did."""
    query = (
        "SELECT lastcall FROM ir_cron WHERE id = (SELECT res_id FROM ir_model_data "
        "WHERE module = 'integration_core' AND name = 'cron_sweep')"
    )
    before = stack.postgres.execute(query, database)
    stack.run_cron("cron_sweep", database)
    until(
        "the sweeper of the copy ran",
        lambda: stack.postgres.execute(query, database) != before,
    )


def states(stack, database: str, hub) -> list:
    return stack.postgres.execute(
        "SELECT state, count(*) FROM integration_event "
        f"WHERE connector_id = {hub.id} GROUP BY state ORDER BY state",
        database,
    )


def test_a_copy_in_another_environment_stands_still(hub, sim, mail, stack, copied):
    sim.sender.configure(paused=True)
    event = stranded_event(hub, mail)
    database = copied("e2e_copy")
    asked = len(sim.requests)
    server = stack.odoo(
        "copy", database, "root:2,root.integration:2", 1, environment="staging"
    )
    with running(server):
        url = hub.url.replace(stack.web.url, server.url)
        answer = hub.deliver(hub.new_event(mail), url=url)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        sweep(stack, database)
        queries = "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'failed')"
        until(
            "its jobs are at an end",
            lambda: not stack.postgres.execute(queries, database)[0][0],
        )
        assert states(stack, database, hub) == [("pending", 1)]
        assert len(sim.requests) == asked, "the copy called Stripe"
    # The original goes on.
    age(stack, hub.event(event["id"])["id"], 16)
    stack.run_cron("cron_sweep")
    hub.wait_state(event["id"], "done")


def test_a_server_without_its_key_asks_to_come_again(hub, sim, mail, stack, copied):
    sim.sender.configure(paused=True)
    server = stack.odoo("keyless", copied("e2e_keyless"), "root:0", 0, keys="")
    with running(server):
        url = hub.url.replace(stack.web.url, server.url)
        answer = hub.deliver(hub.new_event(mail), url=url)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["x-correlation-id"]


def test_a_neutralised_copy_is_harmless(hub, sim, mail, stack, copied):
    """Even in the same environment, with the same keys and at the same address."""
    sim.sender.configure(paused=True)
    event = stranded_event(hub, mail)
    database = copied("e2e_neutral")
    subprocess.run(
        [str(LOCAL / "bin/odoo"), "neutralize", f"--database={database}"],
        check=True,
        capture_output=True,
    )
    secrets = stack.postgres.execute(
        "SELECT count(*) FROM integration_credential WHERE sealed IS NOT NULL", database
    )
    assert secrets == [(0,)]
    asked = len(sim.requests)
    server = stack.odoo("neutral", database, "root:2,root.integration:2", 1)
    with running(server):
        url = hub.url.replace(stack.web.url, server.url)
        assert hub.deliver(event, url=url).status == 404
        assert states(stack, database, hub) == [("pending", 1)]
        stack.run_cron("cron_sweep", database)
        stack.run_cron("cron_check_connectors", database)
        active = stack.postgres.execute(
            "SELECT count(*) FROM ir_cron c JOIN ir_model_data d ON d.res_id = c.id "
            "WHERE d.model = 'ir.cron' AND d.module = 'integration_core' AND c.active",
            database,
        )
        assert active == [(0,)]
        assert len(sim.requests) == asked, "the copy called Stripe"
