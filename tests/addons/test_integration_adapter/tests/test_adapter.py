# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import hmac
import json
import os
from unittest.mock import patch

from odoo import fields
from odoo.tests.common import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.integration_core.engine.encryption import generate_key

from .stand_in import StandIn

SECRET = "a secret both sides know"


def entry(number, kind="customer", record=None, at=0, **values):
    """One event as the demo system writes it."""
    record = {"company": "Deco Addict"} if record is None else record
    return {
        "event": f"e-{number}",
        "kind": kind,
        "id": "C1" if kind == "customer" else "P1",
        "at": f"2026-11-22T10:00:{at:02}Z",
        "record": record,
        **values,
    }


@tagged("post_install", "-at_install")
class TestAdapter(HttpCase):
    """A system that core has never heard of, over real HTTP in both directions."""

    def setUp(self):
        super().setUp()
        self.peer = StandIn()
        self.addCleanup(self.peer.stop)
        environment = {
            "INTEGRATION_ENVIRONMENT": "test",
            "INTEGRATION_KEYS_TEST": generate_key(),
            "INTEGRATION_PRIVATE_HOSTS": f"127.0.0.1:{self.peer.port}",
        }
        self.enterContext(patch.dict(os.environ, environment))
        self.connector = self.env["integration.connector"].create(
            {
                "name": "Demo",
                "system": "demo_system",
                "environment": "test",
                "base_url": f"http://127.0.0.1:{self.peer.port}",
            }
        )
        self.connector.action_create_service_user()
        self.env["integration.credential"]._store(
            self.connector, "webhook_secret", SECRET
        )
        self.flows = self.env["integration.flow"].create(
            [
                {"connector_id": self.connector.id, "entity": name, "mode": "live"}
                for name in ("customer", "contact")
            ]
        )
        self.connector.state = "active"

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # Odoo's guard compares the time-out as one number; ours is (connect, read).
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    # === HELPERS === #

    def post(self, *entries, secret=SECRET, **headers):
        body = entries[0] if isinstance(entries[0], bytes) else json.dumps(entries)
        body = body if isinstance(body, bytes) else body.encode()
        proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return self.url_open(
            f"/integration/webhook/{self.connector.webhook_token}",
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json",
                "X-Demo-Signature": proof,
                **headers,
            },
        )

    def take(self, *entries):
        """Deliver, then do what the drains' jobs do."""
        answer = self.post(*entries)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.drain()
        return answer.json()

    def drain(self):
        """Both drains, twice: what one binds may wake what the other let wait."""
        drains = [*range(self.connector.drain_count)] * 2
        for drain in drains:
            self.env.invalidate_all()
            rows = self.env["integration.drain"]._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector, rows)
        self.env.invalidate_all()

    def event(self, source_event_id):
        return self.env["integration.event"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("source_event_id", "=", source_event_id),
            ]
        )

    def partner(self, external_id):
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("external_id", "=", external_id),
            ]
        )
        return self.env["res.partner"].browse(link.res_id)

    def jobs(self, method):
        return self.env["queue.job"].search([("method_name", "=", method)])

    # === TESTS === #

    def test_mappings_are_found(self):
        self.assertEqual(
            self.flows.mapping_id.mapped("name"),
            ["Demo system: customer", "Demo system: contact"],
        )

    def test_connection(self):
        self.peer.answers["/account"] = {"id": "A1", "name": "Example"}
        self.connector.action_test_connection()
        self.assertEqual(self.connector.account_ref, "A1")

    def test_one_delivery_many_records(self):
        answer = self.take(
            entry(
                1,
                record={
                    "company": "Deco Addict",
                    "mail": "info@deco.example",
                    "address": {"street": "Weg 1", "town": "Bonn", "country": "DE"},
                },
            ),
            entry(2, "contact", {"full_name": "Anna", "works_at": "C1"}),
        )
        self.assertEqual(answer["status"], "stored")
        customer, contact = self.partner("C1"), self.partner("P1")
        self.assertRecordValues(
            customer | contact,
            [
                {"name": "Deco Addict", "is_company": True, "city": "Bonn"},
                {"name": "Anna", "is_company": False, "city": "Bonn"},
            ],
        )
        self.assertEqual(contact.parent_id, customer)
        self.assertEqual(self.event("e-1").state, "done")
        self.assertEqual(self.event("e-2").state, "done")
        self.assertTrue(self.jobs("_job_drain"), "a drain was woken")

    def test_not_authentic(self):
        answer = self.post(entry(1), secret="another secret")
        self.assertEqual(answer.status_code, 401)
        self.assertFalse(self.event("e-1"))

    def test_same_message_again(self):
        first = self.take(entry(1))
        again = self.take(entry(1))
        self.assertEqual(again, {"status": "duplicate", "event": first["event"]})
        self.assertEqual(len(self.event("e-1")), 1)

    def test_id_used_for_something_else(self):
        self.take(entry(1))
        self.take(entry(1, record={"company": "Evil twin"}, at=30))
        clash = self.env["integration.event"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("source_event_id", "=like", "e-1#%"),
            ]
        )
        self.assertEqual(clash.state, "quarantine")
        self.assertEqual(clash.error_class, "schema")
        self.assertEqual(self.partner("C1").name, "Deco Addict")

    def test_reference_arrives_later(self):
        """The contact waits, and the customer's arrival wakes it."""
        self.flows.missing_reference = "wait"
        self.take(entry(1, "contact", {"full_name": "Anna", "works_at": "C1"}))
        waiting = self.event("e-1")
        self.assertEqual(waiting.state, "waiting")
        self.assertEqual(waiting.waiting_for, "customer:C1")
        self.assertFalse(self.jobs("_job_fetch"))
        self.take(entry(2))
        self.assertEqual(waiting.state, "done")
        self.assertEqual(self.partner("P1").parent_id, self.partner("C1"))

    def test_reference_is_fetched(self):
        self.peer.answers["/customer/C1"] = entry(0)
        self.take(entry(1, "contact", {"full_name": "Anna", "works_at": "C1"}))
        job = self.jobs("_job_fetch")
        self.assertEqual((job.args, job.records), ([], self.event("e-1")))
        customer = ("customer", "C1")
        source = self.connector._adapter()._fetch(self.connector, *customer)
        self.env["integration.fetch"]._store(self.connector, *customer, source)
        self.drain()
        self.assertEqual(self.event("e-1").state, "done")
        self.assertEqual(self.partner("P1").parent_id.name, "Deco Addict")
        self.assertEqual(self.peer.requests, ["/customer/C1"])

    def test_hostile_marker(self):
        """queue_job makes records out of such an object; ours never gets to see it."""
        marker = {"_type": "odoo_recordset", "model": "res.users", "ids": [1], "uid": 1}
        self.take(
            entry(1, record={"company": "Deco Addict", "mail": marker}),
            entry(2, record={"company": "Other", "extra": marker}, id="C2"),
            entry(3, "contact", {"full_name": "A", "works_at": "C9", **marker}),
        )
        self.assertEqual(self.event("e-1").state, "review")
        self.assertEqual(self.event("e-1").error_path, "email")
        self.assertEqual(self.partner("C2").name, "Other")
        for job in self.env["queue.job"].search([]):
            stored = json.dumps([job.args, job.kwargs])
            self.assertNotIn("res.users", stored)

    def test_schema_break_names_the_path(self):
        self.take(entry(1, record={"company": "X", "address": {"country": "Germany"}}))
        event = self.event("e-1")
        self.assertEqual((event.state, event.error_class), ("quarantine", "schema"))
        self.assertEqual(event.error_path, "addresses[0].country")
        self.assertFalse(self.partner("C1"))

    def test_unreadable(self):
        for body in (b"", b"{", b"[]", b"[1]", b'[{"kind": []}]', b"[" * 100_000):
            self.assertEqual(self.post(body).status_code, 200)
            stored = self.event(f"sha256:{hashlib.sha256(body).hexdigest()}")
            self.assertEqual(stored.state, "quarantine", body[:20])

    def test_unknown_kind(self):
        self.take(entry(1, "spaceship", {"name": "X"}))
        self.assertEqual(self.event("e-1").state, "skipped")
        self.assertEqual(self.event("e-1").skip_reason, "not_subscribed")

    def test_two_that_match(self):
        self.env["res.partner"].create(
            [{"name": f"Deco {n}", "email": "info@deco.example"} for n in "AB"]
        )
        self.take(entry(1, record={"company": "Deco", "mail": "Info@Deco.example"}))
        event = self.event("e-1")
        self.assertEqual(event.state, "review")
        self.assertEqual(event.error_class, "duplicate_candidate")
        self.assertFalse(self.partner("C1"))

    def test_older_never_wins(self):
        self.take(entry(1, record={"company": "New"}, at=20))
        self.take(entry(2, record={"company": "Old"}, at=10))
        self.assertEqual(self.partner("C1").name, "New")
        self.assertEqual(self.event("e-2").skip_reason, "stale")

    def test_deletion_archives(self):
        self.take(entry(1))
        self.take(entry(2, at=10, deleted=True))
        partner = self.partner("C1")
        self.assertTrue(partner.exists())
        self.assertFalse(partner.active)

    def test_page(self):
        self.peer.answers["/customer"] = {"entries": [entry(0)], "more": True}
        adapter = self.connector._adapter()
        page = adapter._page(self.connector, "customer", "", 50)
        self.assertEqual(page.cursor, "C1")
        source = adapter._page_source(
            self.connector, "customer", page.records[0][1], page
        )
        self.assertEqual(source.record, {"company": "Deco Addict"})
        self.assertEqual(source.version, "2026-11-22T10:00:00.000000Z")

    def test_after_an_outage(self):
        """What was posted while we were away, and arrived nowhere, is asked for."""
        self.take(entry(1))
        self.peer.answers["/events"] = {
            "entries": [entry(1), entry(2, record={"company": "New"}, at=9)],
            "more": False,
        }
        run = self.connector._start_catch_up()
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            run._job_run()
        self.assertEqual((run.state, run.known, run.missed), ("done", 1, 1))
        self.drain()
        self.assertEqual(self.event("e-2").state, "done")
        self.assertEqual(self.partner("C1").name, "New")

    def test_kept_message_that_cannot_be_read(self):
        """It stops no other."""
        self.peer.answers["/events"] = {
            "entries": [{"event": "e-7"}, entry(2)],
            "more": True,
        }
        adapter, gate = self.connector._adapter(), self.connector._webhook_gate()
        now = fields.Datetime.now()
        page = adapter._missed(self.connector, now, now, "", 100)
        self.assertEqual(page.cursor, "e-2")
        self.assertEqual(page.messages[0].error.error_class, "schema")
        self.assertEqual(page.messages[1].source_event_id, "e-2")
        with (
            patch.object(self.registry[adapter._name], "_split", side_effect=KeyError),
            mute_logger("odoo.addons.integration_core.models.adapter"),
        ):
            (message,) = adapter._split_safely(gate, b"x", {})
        self.assertEqual((message.fingerprint, message.body), ("unreadable", b"x"))
