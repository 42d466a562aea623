# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.integration_core.tests.sending import MODELS

from .sending import SendingCase


class TestReferences(SendingCase):
    """What a record refers to is sent before it."""

    def setUp(self):
        super().setUp()
        self.contacts = self._flow("contact")

    def test_the_customer_goes_first(self):
        self.flow.domain = "[('id', '=', 0)]"
        partner = self.partner()
        self.send()
        self.flow.domain = False
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        self.send()
        paths = [write[1] for write in self.peer.writes]
        self.assertEqual(paths, ["/customer", "/contact"])
        self.assertEqual(self.peer.writes[1][2]["works_at"], "N1")
        self.assertTrue(self.link(contact))

    def test_no_flow_sends_it(self):
        self.flow.unlink()
        partner = self.partner()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        self.send()
        event = self.events(contact)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("Deco Addict", event.error)

    def test_circle_is_named(self):
        """Two that refer to each other: neither waits for ever."""
        partner = self.partner()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        export = self.registry["integration.entity.customer"]._export

        def _export(entity, connector, records):
            found = export(entity, connector, records)
            for canonical in found.values():
                canonical["note"] = {
                    "entity": "contact",
                    "record": ["res.partner", contact.id],
                }
            return found

        with patch.object(
            self.registry["integration.entity.customer"], "_export", _export
        ):
            self.send()
        states = self.events().mapped("state")
        self.assertIn("review", states)
        errors = self.events(state="review").mapped("error")
        self.assertIn("refer to each other", errors[0])
        self.assertFalse(self.peer.writes)


class TestGuards(SendingCase):
    def test_loop_between_two_systems(self):
        """Odoo and the peer change a value in answer to each other."""
        self._flow("customer", "in")
        partner = self.partner(phone="0")
        self.send()
        for number in range(1, 10):
            partner.phone = f"odoo {number}"
            self.send()
            if self.events(partner)[-1].state == "review":
                break
            entry = self.peer.change(
                "POST",
                "/customer/N1",
                {"record": {"telephone": f"peer {number}"}},
                f"k{number}",
            )
            self.hear(dict(entry, event=f"loop-{number}"))
        event = self.events(partner)[-1]
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("keep changing", event.error)
        self.assertEqual(number, 7)
        event.action_retry()
        self.send()
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "odoo 7")

    def test_change_request_sends_exactly_that(self):
        self._flow("customer", "in")
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        event = self.env["integration.outbound"]._request_change(
            self.link(partner), {"phone": "5"}
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"telephone": "5"})
        self.assertEqual(partner.phone, "1")
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.hear(self.peer.objects["N1"])
        self.assertEqual(partner.phone, "5")
        self.peer.writes.clear()
        self.send()
        self.assertFalse(self.peer.writes)

    def test_content_is_kept_and_masked(self):
        partner = self.partner(email="secret@deco.example")
        self.send()
        event = self.events(partner)
        self.assertEqual(json.loads(event._read_body())["sent"]["mail"], partner.email)
        self.assertNotIn("secret@deco.example", event.payload)

    def test_technical_user_needs_no_right_on_the_hub(self):
        partner = self.partner()
        self.send()
        user = self.connector.service_user_id
        self.assertFalse(
            self.env["integration.event"].with_user(user).has_access("read")
        )
        self.assertTrue(self.link(partner))


class TestWhatLeaves(SendingCase):
    """Minimisation, custom fields, ownership, deletion, preview, sending everything."""

    def test_what_is_not_ticked_stays(self):
        line = self.flow.leaving_ids.filtered(lambda x: x.name == "email")
        self.assertTrue(line.send and line.in_mapping)
        self.assertEqual(line.odoo_fields, "Email")
        line.sudo().send = False
        self.partner(email="a@deco.example", phone="1")
        self.send()
        self.assertNotIn("mail", self.peer.writes[0][2])
        self.assertEqual(self.peer.writes[0][2]["telephone"], "1")

    def test_more_may_leave_only_by_an_approval(self):
        note = self.flow.leaving_ids.filtered(lambda x: x.name == "note")
        self.assertFalse(note.send)
        designer = self.env.ref("integration_core.group_designer")
        user = self.env["res.users"].create(
            {
                "name": "Dora",
                "login": "dora",
                "group_ids": [
                    (6, 0, [designer.id, self.env.ref("base.group_user").id])
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "is at work"):
            note.with_user(user).send = True
        before = self.connector._governed_content()
        email = self.flow.leaving_ids.filtered(lambda x: x.name == "email")
        email.with_user(user).send = False
        self.assertNotEqual(self.connector._governed_content(), before)

    def test_custom_field(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "code", "source": "custom.barcode"}),
            (0, 0, {"kind": "value", "target": "job", "source": "custom.function"}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        partner = self.partner(function="Buyer")
        self.send()
        self.assertEqual(self.peer.writes[0][2]["job"], "Buyer")
        partner.function = "Seller"
        self.send()
        self.assertEqual(self.peer.writes[-1][2]["job"], "Seller")

    def test_what_the_peer_owns_is_not_sent(self):
        self.env["integration.ownership"].sudo().create(
            {"entity": "customer", "field": "phone", "owner": "demo_system"}
        )
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        # A new object gets its first values: its owner has none that could be lost.
        self.assertEqual(self.peer.writes[0][2]["telephone"], "1")
        partner.with_context(integration_override=True)
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '2' WHERE id = %s", (partner.id,)
        )
        partner.invalidate_recordset()
        partner.email = "b@deco.example"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"mail": "b@deco.example"})

    def test_deletion_is_refused_where_it_is_not_sent(self):
        partner = self.partner()
        self.send()
        with self.assertRaisesRegex(UserError, "linked to N1"), self.cr.savepoint():
            partner.unlink()

    def test_deletion_is_sent(self):
        self.flow.sudo().send_deletions = True
        self._flow("customer", "in")
        partner = self.partner()
        self.send()
        res_id = partner.id
        partner.unlink()
        self.assertFalse(
            self.env["integration.external.id"].search(
                [("model", "=", "res.partner"), ("res_id", "=", res_id)]
            )
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][:2], ("DELETE", "/customer/N1"))
        event = self.env["integration.event"].search(
            [("direction", "=", "out"), ("res_id", "=", res_id)],
            order="id desc",
            limit=1,
        )
        self.assertEqual((event.state, event.event_type), ("done", "customer.deleted"))
        self.assertEqual(self.logs(event).operation, "delete")
        count = self.env["res.partner"].with_context(active_test=False).search_count([])
        self.assertEqual(self.hear(self.peer.objects["N1"]).skip_reason, "no_change")
        self.assertEqual(
            self.env["res.partner"].with_context(active_test=False).search_count([]),
            count,
        )

    def test_preview(self):
        self.flow.mode = "paused"
        partner = self.partner(email="a@deco.example", comment="internal")
        before = len(self.events())
        self.env.flush_all()
        dry = self.env["integration.outgoing"]._tried(
            self.flow.sudo(), self.flow.mapping_id, [partner.id]
        )
        [found] = dry
        self.assertEqual(
            (found["outcome"], found["record"]["mail"]),
            (
                "create",
                "a@deco.example",
            ),
        )
        why = {row["key"]: row["why"] for row in found["keys"]}
        self.assertEqual(
            (why["email"], why["note"], why["website"]),
            ("sent", "withheld", "unmapped"),
        )
        self.assertEqual(len(self.events()), before)
        self.assertFalse(self.peer.writes)

    def test_send_everything(self):
        self.flow.domain = "[('ref', '=', 'all')]"
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "ref": "all"} for n in range(5)]
        )
        self.send()
        self.peer.writes.clear()
        self.env["integration.external.id"].search(
            [("res_id", "=", partners[2].id), ("model", "=", "res.partner")]
        ).sudo().unlink()
        flow = self.flow.sudo()
        flow.batch_size = 2
        flow.action_count()
        self.assertEqual(flow.load_total, 5)
        flow.load_state = "running"
        with patch(
            f"{MODELS}.flow.flow_send_all.checkpoint", lambda env: env.flush_all()
        ):
            while flow._load_page():
                pass
        self.assertEqual((flow.load_done, flow.load_state), (5, "done"))
        self.send()
        self.assertEqual([w[2]["company"] for w in self.peer.writes], ["P2"])
