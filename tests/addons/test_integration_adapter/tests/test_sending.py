# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.extras import execute_values

from odoo.exceptions import AccessError
from odoo.tests.common import new_test_user

from odoo.addons.integration_core.messages import Outgoing
from odoo.addons.integration_core.tests.sending import MODELS

from .sending import ADAPTER, SendingCase


class TestSending(SendingCase):
    """The way out, from the change in Odoo to the object at the peer."""

    def test_new_customer(self):
        partner = self.partner(email="info@deco.example", city="Ghent")
        self.send()
        [(method, path, record, key)] = self.peer.writes
        self.assertEqual((method, path), ("POST", "/customer"))
        self.assertEqual(record["company"], "Deco Addict")
        self.assertEqual(record["mail"], "info@deco.example")
        self.assertEqual(record["address"]["town"], "Ghent")
        event = self.events(partner, state="done")
        self.assertEqual(event.idempotency_key, key)
        self.assertEqual((event.external_id, event.attempts), ("N1", 0))
        self.assertEqual(self.link(partner).external_id, "N1")
        reference = self.peer.objects["N1"]["reference"]
        self.assertTrue(reference.endswith(f":res.partner:{partner.id}"))
        log = self.logs(event)
        self.assertEqual((log.operation, log.direction), ("create", "out"))
        self.assertEqual(log.diff["name"], [None, "Deco Addict"])

    def test_only_what_changed_is_sent(self):
        partner = self.partner(email="a@deco.example", phone="1")
        self.send()
        partner.phone = "2"
        self.send()
        self.assertEqual(
            self.peer.writes[-1][:3],
            (
                "POST",
                "/customer/N1",
                {"telephone": "2"},
            ),
        )

    def test_what_no_flow_sends_makes_no_message(self):
        partner = self.partner()
        self.send()
        before = len(self.events())
        partner.write({"function": "Director", "barcode": "x"})
        self.env.flush_all()
        self.assertEqual(len(self.events()), before)

    def test_equal_value_makes_no_message(self):
        partner = self.partner(phone="1")
        self.send()
        before = len(self.events())
        partner.phone = "1"
        self.assertEqual(len(self.events()), before)

    def test_there_and_back_is_nothing_to_do(self):
        partner = self.partner(phone="1")
        self.send()
        partner.phone = "2"
        self.env.flush_all()
        partner.phone = "1"
        self.send()
        self.assertEqual(len(self.peer.writes), 1)
        self.assertEqual(self.events(partner)[-1].skip_reason, "no_change")

    def test_many_changes_are_one_write(self):
        partner = self.partner()
        self.send()
        for phone in "123":
            partner.phone = phone
            self.env.flush_all()
        partner.email = "x@deco.example"
        self.send()
        self.assertEqual(len(self.peer.writes), 2)
        self.assertEqual(
            self.peer.writes[-1][2], {"telephone": "3", "mail": "x@deco.example"}
        )
        reasons = self.events(partner).mapped("skip_reason")
        self.assertIn("coalesced", reasons)

    def test_facts_are_sent_each(self):
        partner = self.partner()
        self.send()
        outbound = self.env["integration.outbound"]
        for _time in range(2):
            outbound._fact(partner, "customer", "customer.visited")
        self.env.flush_all()
        facts = self.events(partner, event_type="customer.visited")
        self.assertEqual(facts.mapped("kind"), ["effect", "effect"])
        self.send()
        facts.invalidate_recordset()
        self.assertNotIn("coalesced", facts.mapped("skip_reason"))

    def test_an_address_goes_with_its_customer(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        town = "addresses[?type=='delivery'].city | [0]"
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "telephone", "source": "phone"}),
            (0, 0, {"kind": "value", "target": "town", "source": town}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        partner = self.partner(city="Ghent")
        self.send()
        child = self.env["res.partner"].create(
            {"parent_id": partner.id, "type": "delivery", "city": "Bruges"}
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": "Bruges"})
        self.assertFalse(self.events(child))
        child.city = "Ypres"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": "Ypres"})
        partner.phone = "1"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"telephone": "1"})
        child.unlink()
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": None})

    def test_rolled_back_is_not_sent(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.partner()
            self.env.flush_all()
            raise ZeroDivisionError
        self.assertFalse(self.events())

    def test_domain_of_the_flow(self):
        self.flow.domain = "[('is_company', '=', True)]"
        person = self.partner(is_company=False)
        firm = self.partner(name="Firm", is_company=True)
        self.send()
        self.assertEqual([w[2]["company"] for w in self.peer.writes], ["Firm"])
        self.assertEqual(self.events(person).skip_reason, "filtered")
        self.assertTrue(self.link(firm))

    def test_compare_only(self):
        self.flow.mode = "shadow"
        partner = self.partner()
        self.send()
        self.assertFalse(self.peer.writes)
        event = self.events(partner)
        self.assertEqual(event.skip_reason, "shadow")
        self.assertEqual(self.logs(event).diff["name"], [None, "Deco Addict"])

    def test_paused_flow_keeps_messages(self):
        self.flow.mode = "paused"
        partner = self.partner()
        self.send()
        self.assertEqual(self.events(partner).mapped("state"), ["pending"])
        self.flow.mode = "live"
        self.send()
        self.assertEqual(len(self.peer.writes), 1)

    def test_note_does_not_leave(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "memo", "source": "note"}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        self.partner(comment="<p>pays late</p>")
        self.send()
        self.assertEqual(self.peer.writes[0][2], {"company": "Deco Addict"})


class TestEcho(SendingCase):
    """A full round trip is exactly one write on each side."""

    def setUp(self):
        super().setUp()
        self._flow("customer", "in")

    def test_our_own_change_comes_back(self):
        partner = self.partner(email="A@Deco.example")
        self.send()
        stamp = partner.write_date
        event = self.hear(self.peer.objects["N1"])
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        partner.phone = "2"
        self.send()
        event = self.hear(self.peer.objects["N1"])
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.send()
        self.assertEqual(len(self.peer.writes), 2)
        self.assertTrue(stamp)
        self.assertEqual(len(self.link(partner)), 1)

    def test_a_change_of_the_peer_is_not_sent_back(self):
        partner = self.partner()
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"telephone": "7"}}, "k"
        )
        self.peer.writes.clear()
        self.assertEqual(self.hear(entry).state, "done")
        self.assertEqual(partner.phone, "7")
        before = len(self.events())
        self.send()
        self.assertFalse(self.peer.writes)
        self.assertEqual(len(self.events()), before)

    def test_another_connector_hears_of_it(self):
        other = self._connector("Other")
        self.flow.copy(
            {
                "connector_id": other.id,
                "mapping_id": self.flow.mapping_id.id,
                "mode": "live",
            }
        )
        partner = self.partner()
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"telephone": "7"}}, "k"
        )
        self.peer.writes.clear()
        self.hear(entry)
        self.send(other)
        self.assertEqual([w[2]["telephone"] for w in self.peer.writes], ["7"])
        self.assertTrue(self.link(partner, other))

    def test_the_message_overtakes_the_outcome(self):
        partner = self.partner(email="a@deco.example")
        self.partner(name="Twin", email="a@deco.example")
        original = self.registry[ADAPTER]._send

        def send(adapter, connector, outgoing):
            written = original(adapter, connector, outgoing)
            if outgoing.res_id == partner.id:
                self.hear(self.peer.objects[written.external_id])
            return written

        with patch.object(self.registry[ADAPTER], "_send", send):
            self.send()
        link = self.link(partner)
        self.assertEqual(len(link), 1)
        self.assertEqual(
            len(self.env["res.partner"].search([("email", "=", "a@deco.example")])), 2
        )

    def test_a_change_that_has_not_arrived_is_not_lost(self):
        """The answer tells of a change at the peer whose own message is still on its
        way: it takes the ordinary way in."""
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        late = dict(
            self.peer.change(
                "POST", "/customer/N1", {"record": {"mail": "new@x.example"}}, "k"
            )
        )
        partner.phone = "2"
        self.send()
        self.hear(late)
        self.assertEqual((partner.phone, partner.email), ("2", "new@x.example"))
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "2")

    def test_what_is_on_its_way_in_goes_first(self):
        partner = self.partner(phone="1")
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"mail": "x@x.example"}}, "k"
        )
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [self.env[ADAPTER]._message(entry)],
            {"correlation_id": "0" * 32},
        )
        partner.phone = "2"
        self.peer.writes.clear()
        self.send()
        event = self.events(partner)[-1]
        self.assertEqual((event.state, event.attempts), ("retry", 0))
        self.assertFalse(self.peer.writes)
        self.hear(dict(entry, event="other"))
        self.run_job(event)
        self.assertEqual(self.peer.writes[0][2], {"telephone": "2"})


class TestTracked(SendingCase):
    """What following changes costs."""

    def test_no_flow_costs_no_sql(self):
        self.env["integration.flow"].search([("direction", "=", "out")]).unlink()
        partner = self.partner()
        self.env.flush_all()
        partner._integration_subscriptions()

        def write(number):
            partner.phone = str(number)
            with self.capture() as statements:
                self.env.flush_all()
            return statements

        self.assertEqual(len([s for s in write(1) if "integration_" in s]), 0)

    def test_one_flow_costs_one_statement_a_flush(self):
        partners = self.partner() | self.partner(name="B") | self.partner(name="C")
        self.env.flush_all()
        for number, partner in enumerate(partners):
            partner.phone = str(number)
        with self.capture() as statements:
            self.env.flush_all()
        mine = [s for s in statements if "integration_" in s]
        self.assertEqual(len(mine), 1, mine)
        self.assertEqual(len(self.events(partners[0])), 2)

    def test_no_query_a_record(self):
        """Preparing twenty records takes as many statements as preparing two."""
        for batch in (2, 2, 20):
            partners = self.env["res.partner"].create(
                [{"name": f"P{n}", "email": f"p{n}@x.example"} for n in range(batch)]
            )
            self.env.flush_all()
            events = self.events().filtered(lambda e, p=partners: e.res_id in p.ids)
            send = self.env["integration.send"]
            items = [Outgoing(*row) for row in send._rows(events.ids)]
            self.env.invalidate_all()
            with self.capture() as statements:
                self.env["integration.outgoing"]._prepare(self.connector.sudo(), items)
            self.assertEqual(len([i for i in items if i.open]), batch)
            if batch == 2:
                known = len(statements)
        self.assertLessEqual(len(statements), known, statements)

    def test_another_company_is_not_sent(self):
        company = self.env["res.company"].create({"name": "Other"})
        partner = self.partner(company_id=company.id)
        self.send()
        self.assertFalse(self.peer.writes)
        self.assertFalse(self.events(partner))

    def test_roles(self):
        """Who may look at the flow may preview; auditors may not."""
        partner = self.partner()
        self.env.flush_all()
        for role, allowed in (
            ("designer", True),
            ("operator", True),
            ("auditor", False),
        ):
            user = new_test_user(
                self.env,
                login=f"out_{role}",
                groups=f"base.group_user,integration_core.group_{role}",
            )
            wizard = self.env["integration.send.preview"].with_user(user)
            values = {"flow_id": self.flow.id, "res_id": partner.id}
            if not allowed:
                with self.assertRaises(AccessError):
                    wizard.create(values)
                continue
            preview = wizard.create(values)
            with patch.object(
                self.registry["integration.dry.run"],
                "_simulate",
                lambda dry, function: function(dry.env),
            ):
                self.assertEqual(preview.outcome, "create", preview.verdict)
            self.assertIn("Deco Addict", preview.content)

    @contextmanager
    def capture(self):
        """SQL statements that run within."""
        statements, execute = [], type(self.env.cr).execute

        def spy(cr, query, *args, **kw):
            statements.append(str(query))
            return execute(cr, query, *args, **kw)

        def insert(cursor, query, *args, **kw):
            statements.append(query)
            return execute_values(cursor, query, *args, **kw)

        with (
            patch.object(type(self.env.cr), "execute", spy),
            patch(f"{MODELS}.outbound.outbound.execute_values", insert),
        ):
            yield statements
