# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The web server is away until the sender gives up; nothing is lost all the same."""

import contextlib
import time

from e2e import oracle
from e2e.odoo_process import kill
from e2e.waiting import until

from simulators import companies

FIELDS = (
    "id",
    "state",
    "seen",
    "known",
    "missed",
    "set_aside",
    "user_id",
    "message",
)
# More than three pages.
MANY = 330


def runs(hub) -> list[dict]:
    """The connector's runs, oldest first."""
    rows = hub.stack.sql(
        f"SELECT {', '.join(FIELDS)} FROM integration_catch_up "
        "WHERE connector_id = %s ORDER BY id",
        hub.id,
    )
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def wait_done(hub, count: int, timeout=120) -> dict:
    """Until that many runs are there and the last is complete."""

    def done():
        found = runs(hub)
        return len(found) == count and found[-1]["state"] == "done" and found[-1]

    try:
        return until(f"{count} runs are done", done, timeout, 0.1)
    except AssertionError as error:
        raise AssertionError(f"{error}: {runs(hub)}\n{hub.stack.describe()}") from None


def catch_up(hub) -> dict:
    """Press the button and wait; returns the run."""
    before = len(runs(hub))
    hub.press("action_catch_up", by=hub.operator)
    return wait_done(hub, before + 1)


def stored(hub) -> set[str]:
    return {event["source_event_id"] for event in hub.events()}


def business(sim, rng, mail: str, customers: int) -> None:
    """New customers; every third is renamed, one leaves again."""
    made = []
    for number in range(customers):
        values = companies.company(rng)
        values.pop("tax_id_data", None)
        made.append(
            sim.create_customer(**{**values, "email": f"c{number}{len(made)}@{mail}"})
        )
        if number % 3 == 0:
            sim.update_customer(made[-1]["id"], name=f"Renamed {number}")
    sim.delete_customer(made[-1]["id"])


@contextlib.contextmanager
def web_server_away(stack, sim):
    """Nobody listens, and the sender soon gives a delivery up."""
    stack.web.stop()
    sim.sender.configure(retry_base=0.1, retry_for=0.3)
    try:
        yield
    finally:
        stack.web.start()
        stack.web.wait_ready()


def test_what_the_sender_gave_up_is_found(hub, sim, mail, rng):
    business(sim, rng, f"before.{mail}", 4)
    hub.settle()
    arrived = set(sim.events)
    assert stored(hub) == arrived
    with web_server_away(hub.stack, sim):
        business(sim, rng, f"during.{mail}", 12)
        hub.delivered()
    lost = set(sim.events) - arrived
    outcomes = {d.outcome for d in sim.deliveries if d.event in lost}
    assert outcomes == {"failed", "gave_up"}
    assert stored(hub) == arrived, "nobody sends them again"

    run = catch_up(hub)
    assert run["user_id"] == hub.operator.uid
    assert (run["missed"], run["set_aside"]) == (len(lost), 0)
    # What had arrived lies within the overlap and is looked at again.
    assert (run["seen"], run["known"]) == (len(sim.events), len(arrived))
    assert set(hub.wait_rest()) <= {"done", "skipped"}
    assert stored(hub) == set(sim.events)
    assert oracle.differences(hub) == []

    again = catch_up(hub)
    assert (again["seen"], again["missed"]) == (len(sim.events), 0)
    assert len(hub.events()) == len(sim.events)


def test_the_schedule_finds_what_a_disabled_webhook_lost(hub, sim, mail, rng):
    """Five minutes ago somebody switched our webhook off at Stripe for a moment."""
    sim.act("POST", f"/v1/webhook_endpoints/{hub.endpoint}", disabled="true")
    sim.clock.freeze(int(time.time()) - 300)
    business(sim, rng, mail, 5)
    hub.delivered()
    sim.clock.unfreeze()
    sim.act("POST", f"/v1/webhook_endpoints/{hub.endpoint}", disabled="false")
    assert not hub.events()
    hub.manager.write("integration.connector", hub.id, catch_up_minutes=60)
    hub.stack.run_cron("cron_catch_up")
    run = wait_done(hub, 1)
    assert (run["user_id"], run["missed"]) == (None, len(sim.events))
    hub.wait_rest()
    assert oracle.differences(hub) == []
    # Not again before the hour is over.
    hub.stack.run_cron("cron_catch_up")
    time.sleep(2)
    assert len(runs(hub)) == 1


def test_a_kill_in_the_midst_changes_no_count(hub, sim, mail, rng):
    """A jobs worker dies between two pages; deliveries of the same come late."""
    stack = hub.stack
    sim.sender.configure(paused=True)
    business(sim, rng, mail, MANY * 3 // 4)
    total = len(sim.events)
    assert total > 300
    sim.faults.add(kind="slow", path="/v1/events", delay=1.0)
    hub.press("action_catch_up", by=hub.operator)
    until("a page is taken", lambda: runs(hub)[-1]["seen"] >= 100, 60)
    sim.sender.configure(paused=False, shuffle_window=2.0)
    worker = stack.value(
        "SELECT worker_pid FROM queue_job WHERE method_name = '_job_run' "
        "AND state = 'started' AND identity_key = %s",
        f"integration.catch_up:{runs(hub)[-1]['id']}",
    )
    kill(worker)
    run = wait_done(hub, 1, timeout=240)
    assert (run["seen"], run["known"] + run["missed"]) == (total, total)
    assert run["missed"] >= 100
    hub.delivered()
    assert len(hub.events()) == total
    assert stored(hub) == set(sim.events)
    hub.wait_rest()
    assert oracle.differences(hub) == []
