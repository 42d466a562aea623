# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What waits for people, and how they get rid of it; the figures a monitor reads."""

import re

import pytest
import requests
from e2e.waiting import until

EXCEPTION = "integration.exception"
GROUP = "integration.exception.group"
LINE = "integration.value.map.line"
MAP = "integration.value.map"
MANY = 60  # more than a person waits for: jobs try them
STRANGE = {
    "object": "list",
    "has_more": False,
    "data": [
        {
            "id": "txi_e2e",
            "object": "tax_id",
            "type": "xx_new",
            "value": "X-1",
            "country": "CH",
            "verification": {"status": "verified"},
        }
    ],
}
NOWHERE = {"line1": "Main Street 1", "city": "Bern", "country": "Narnia"}


@pytest.fixture
def quiet_hub(sim, make_hub):
    """Active, and its system sends nothing but what the test posts."""
    sim.sender.configure(paused=True)
    return make_hub().live()


@pytest.fixture
def strict_map(stack):
    """Kinds of tax numbers that are not known are a question for a person."""
    admin = stack.people["admin"]
    map_id = stack.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'integration_stripe' "
        "AND name = 'value_map_tax_id_type'"
    )
    fallback = admin.read(MAP, map_id, "fallback")["fallback"]
    admin.write(MAP, map_id, fallback=False)
    yield map_id
    lines = stack.sql(
        "SELECT id FROM integration_value_map_line "
        "WHERE map_id = %s AND external_value = 'xx_new'",
        map_id,
    )
    admin.call(LINE, "unlink", [row[0] for row in lines])
    admin.write(MAP, map_id, fallback=fallback)


def waiting(hub) -> list[tuple]:
    """(id, object, error class, fingerprint, message) of what waits for a person."""
    return hub.stack.sql(
        "SELECT id, external_id, error_class, fingerprint, message "
        "FROM integration_exception WHERE connector_id = %s AND state = 'open' "
        "ORDER BY id",
        hub.id,
    )


def kept(hub) -> tuple:
    """What a preview must leave alone."""
    ours = [
        hub.stack.value(f"SELECT count(*) FROM {table} WHERE connector_id = %s", hub.id)
        for table in ("integration_external_id", "integration_job_log")
    ]
    partners = hub.stack.value("SELECT count(*) FROM res_partner")
    return (partners, *ours, hub.states())


def test_a_newer_success_closes_what_failed(quiet_hub, mail, sim):
    hub = quiet_hub
    bad = hub.new_event(mail, address=NOWHERE)
    customer = bad["data"]["object"]["id"]
    assert hub.deliver(bad).status == 200
    failed = hub.wait_state(bad["id"], "review")
    [(_id, found, error_class, _mark, message)] = waiting(hub)
    assert (found, error_class) == (customer, "mapping")
    assert "Narnia" in message
    # The other system mends it and says so.
    sim.clock.advance(5)
    sim.update_customer(customer, name="Mended")
    good = hub.body_of(hub.last_event())
    assert hub.deliver(good).status == 200
    hub.wait_state(good["id"], "done")
    assert hub.partner(customer)["name"] == "Mended"
    assert not waiting(hub)
    ended = hub.event(bad["id"])
    assert (ended["state"], ended["skip_reason"]) == ("skipped", "superseded")
    [(state, *_rest)] = hub.exceptions(failed["id"])
    assert state == "resolved"


def test_mending_one_cause_resolves_the_group(quiet_hub, strict_map, mail, tell):
    hub, operator = quiet_hub, quiet_hub.operator
    events = [hub.new_event(mail, tax_ids=STRANGE) for _n in range(MANY)]
    events.append(hub.new_event(mail, tax_ids=STRANGE, address=NOWHERE))
    for event in events:
        assert hub.deliver(event).status == 200
    hub.wait_rest()
    stopped = waiting(hub)
    assert len(stopped) == MANY + 1
    assert len({row[3] for row in stopped}) == 1, "one cause"

    hub.stack.people["admin"].create(
        LINE, map_id=strict_map, external_value="xx_new", canonical_value="other"
    )
    before = kept(hub)
    action = operator.press(EXCEPTION, stopped[0][0], "action_preview_same_cause")
    group = action["res_id"]

    def tried():
        found = operator.read(GROUP, group, "state", "tried_count", "pass_count")
        return found if found["state"] != "running" else None

    found = until("the group is tried", tried, 120, 0.3)
    assert found["state"] == "ready"
    assert (found["tried_count"], found["pass_count"]) == (MANY + 1, MANY)
    assert kept(hub) == before, "nothing is written by a preview"

    operator.press(GROUP, group, "action_process")
    hub.wait_rest()
    assert len(hub.links()) == MANY
    [(_id, external_id, error_class, _mark, message)] = waiting(hub)
    assert external_id == events[-1]["data"]["object"]["id"]
    assert error_class == "mapping" and "Narnia" in message
    seconds = hub.stack.value(
        "SELECT extract(epoch FROM max(write_date) - min(create_date)) "
        "FROM integration_exception_group_line WHERE group_id = %s",
        group,
    )
    tell(f"{MANY + 1} messages were tried by jobs within {seconds:.1f} s")


def test_any_process_tells_the_same_figures(quiet_hub, mail, stack):
    hub = quiet_hub
    good, bad = hub.new_event(mail), hub.new_event(mail, address=NOWHERE)
    for event in (good, bad):
        assert hub.deliver(event).status == 200
    hub.wait_rest()
    hub.wait_quiet()
    headers = {"Authorization": f"Bearer {stack.metrics_token}"}

    def figures(url: str) -> dict:
        answer = requests.get(f"{url}/integration/metrics", headers=headers, timeout=30)
        assert answer.status_code == 200
        found = dict(
            line.rsplit(" ", 1)
            for line in answer.text.splitlines()
            if not line.startswith("#")
        )
        return {
            name: value
            for name, value in found.items()
            # Of this connector; what is measured in seconds goes on.
            if f'connector="{hub.id}"' in name and "seconds" not in name.split("{")[0]
        }

    told = figures(stack.web.url)
    for _again in range(8):
        assert figures(stack.web.url) == told
    assert figures(stack.jobs.url) == told
    mark = f'{{connector="{hub.id}",direction="in",state="%s"}}'
    assert told["integration_messages" + mark % "review"] == "1"
    assert told["integration_messages_last_hour" + mark % "done"] == "1"
    assert told[f'integration_connector_up{{connector="{hub.id}"}}'] == "1"
    everything = requests.get(
        f"{stack.web.url}/integration/metrics", headers=headers, timeout=30
    ).text
    assert not re.search(rf"{mail}|Customer \d|cus_|whsec_|sk_test", everything)
    answer = requests.get(f"{stack.web.url}/integration/metrics", timeout=30)
    assert answer.status_code == 401
