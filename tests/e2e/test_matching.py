# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who is meant, on the real stack: decisions of people, merges in full traffic."""

import threading

UPDATES = 60


def test_a_person_says_who_is_meant(post_hub, mail):
    """Side by side, one click, and the message goes on by itself."""
    twin = f"twin@{mail}"
    first, second = post_hub.stack.people["admin"].call(
        "res.partner",
        "create",
        [{"name": "Twin One", "email": twin}, {"name": "Twin Two", "email": twin}],
    )
    event = post_hub.new_event(mail, email=twin)
    customer = event["data"]["object"]["id"]
    post_hub.deliver(event)
    waiting = post_hub.wait_state(event["id"], "review")
    operator = post_hub.operator
    action = operator.press("integration.event", waiting["id"], "action_solve")
    review = operator.read(
        "integration.match.review", action["res_id"], "comparison", "candidate_ids"
    )
    marks = [
        row["marks"] for row in review["comparison"]["rows"] if row["key"] == "email"
    ]
    assert set(marks[0].values()) == {"same"}
    operator.press(
        "integration.match.candidate", review["candidate_ids"][1], "action_link"
    )
    post_hub.wait_state(event["id"], "done")
    assert post_hub.partner(customer)["id"] == second
    state = operator.read("integration.match.review", action["res_id"], "state")
    assert state["state"] == "done"
    assert first != second


def test_partners_are_merged_in_full_traffic(hub, sim, mail):
    """Every update is applied to the survivor, none makes a partner of its own."""
    customers = [
        sim.create_customer(name=f"Traffic {n}", email=f"t{n}@{mail}")["id"]
        for n in range(3)
    ]
    hub.settle()
    partners = [hub.partner(customer)["id"] for customer in customers]
    half = threading.Event()

    def traffic():
        for number in range(UPDATES):
            sim.update_customer(customers[number % 3], phone=f"+49 30 {1000 + number}")
            if number == UPDATES // 3:
                half.set()

    sender = threading.Thread(target=traffic)
    sender.start()
    half.wait(30)
    admin = hub.stack.people["admin"]
    wizard = admin.create(
        "base.partner.merge.automatic.wizard",
        state="selection",
        dst_partner_id=partners[0],
        partner_ids=[[6, 0, partners]],
    )
    admin.press("base.partner.merge.automatic.wizard", wizard, "action_merge")
    sender.join(60)
    # One more of each: whatever the merge left behind shows now.
    for number, customer in enumerate(customers):
        sim.update_customer(customer, name=f"After {number}")
    hub.settle()

    assert {hub.partner(customer)["id"] for customer in customers} == {partners[0]}
    count = hub.stack.value(
        "SELECT count(*) FROM res_partner WHERE email LIKE %s", f"%@{mail}"
    )
    assert count == 1
    primary = hub.stack.value(
        "SELECT count(*) FROM integration_external_id "
        'WHERE connector_id = %s AND "primary" AND role = %s',
        hub.id,
        "",
    )
    assert primary == 1
    assert set(hub.states()) <= {"done", "skipped"}
