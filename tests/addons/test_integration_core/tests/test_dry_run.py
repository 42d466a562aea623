# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import socket

import requests

from odoo.exceptions import UserError

from odoo.addons.integration_core.engine import strict_json, versions
from odoo.addons.integration_core.engine.no_network import NetworkRefusedError
from odoo.addons.integration_core.messages import Source
from odoo.addons.integration_core.preview_messages import PreviewSource

from .common import CoreCase

ADA = {
    "name": "Ada Lovelace",
    "is_company": False,
    "email": "ada@example.com",
    "phone": "+44 20 7946 0958",
}


class TestSimulate(CoreCase):
    """What happens in a dry run is told and not kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dry_run = cls.env["integration.dry.run"]

    def test_result_is_given_back_and_work_undone(self):
        seen = self.dry_run._simulate(
            lambda env: env["res.partner"].create({"name": "Nobody"}).name
        )
        self.assertEqual(seen, "Nobody")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Nobody")]))

    def test_records_cannot_leave(self):
        for result in (
            lambda env: env.user,
            lambda env: {"a": [env.user]},
        ):
            with self.assertRaises(TypeError):
                self.dry_run._simulate(result)

    def test_no_dry_run_within_another(self):
        with self.assertRaisesRegex(RuntimeError, "within"):
            self.dry_run._simulate(
                lambda env: env["integration.dry.run"]._simulate(lambda env: 1)
            )

    def test_network_is_refused(self):
        with self.assertRaises(NetworkRefusedError):
            self.dry_run._simulate(
                lambda env: socket.create_connection(("127.0.0.1", 9))
            )
        with self.assertRaises(requests.RequestException):
            self.dry_run._simulate(
                lambda env: requests.get("http://127.0.0.1:9", timeout=1)
            )

    def test_commit_on_the_way_keeps_nothing(self):
        def commits(env):
            env["res.partner"].create({"name": "Committed"})
            env.cr.commit()
            return env["res.partner"].search_count([("name", "=", "Committed")])

        self.assertEqual(self.dry_run._simulate(commits), 1)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Committed")]))

    def test_sequence_is_foretold(self):
        sequences = self.env["ir.sequence"].create(
            [
                {
                    "name": kind,
                    "code": f"t.{kind}",
                    "implementation": kind,
                    "number_next": 7,
                    "number_increment": 5,
                }
                for kind in ("standard", "no_gap")
            ]
        )
        ids = sequences.ids

        def draw(env):
            return [
                [env["ir.sequence"].browse(i).next_by_id() for _n in range(3)]
                for i in ids
            ]

        self.assertEqual(self.dry_run._simulate(draw), [["7", "12", "17"]] * 2)
        self.assertEqual(self.dry_run._simulate(draw), [["7", "12", "17"]] * 2)
        self.assertEqual([s.next_by_id() for s in sequences], ["7", "7"])

    def test_cache_of_the_process_forgets(self):
        def set_param(env):
            params = env["ir.config_parameter"].sudo()
            params.set_param("integration.test", "dry")
            return params.get_param("integration.test")

        params = self.env["ir.config_parameter"].sudo()
        params.set_param("integration.test", "wet")
        self.registry.cache_invalidated.clear()
        self.registry.cache_invalidated.add("templates")
        self.assertEqual(self.dry_run._simulate(set_param), "dry")
        self.assertEqual(params.get_param("integration.test"), "wet")
        # What the caller's own transaction has to tell others is still told.
        self.assertEqual(self.registry.cache_invalidated, {"templates"})

    def test_hooks_of_the_commit_do_not_run(self):
        ran = []

        def hook(env):
            env.cr.postcommit.add(lambda: ran.append("post"))
            env.cr.precommit.add(lambda: ran.append("pre"))

        self.dry_run._simulate(hook)
        self.assertEqual(ran, [])


class TestPreview(CoreCase):
    """The whole path for objects that need not be stored, and nothing is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dry_run = cls.env["integration.dry.run"]

    def _preview(self, record, external_id="c1", at=200, **kw):
        source = Source(record, versions.from_unix(at))
        entity = kw.pop("entity", "customer")
        sources = [PreviewSource(entity, external_id, source=source)]
        return self.dry_run._preview(self.connector, sources, **kw)[0]

    def test_new_customer(self):
        preview = self._preview(ADA)
        self.assertEqual((preview.outcome, preview.operation), ("done", "create"))
        self.assertEqual(preview.values["email"], "ada@example.com")
        self.assertEqual(preview.labels["email"], "Email")
        self.assertEqual(preview.diff["name"], [None, "Ada Lovelace"])
        self.assertEqual(preview.document_name, "Ada Lovelace")
        self.assertFalse(preview.res_id)
        self.assertEqual(preview.canonical["external_id"], "c1")
        self.assertFalse(self._link("c1"))
        shown = preview.as_dict()
        strict_json.dumps(shown)
        self.assertEqual(shown["received"]["email"], "a•••@example.com")
        self.assertEqual(preview.as_dict(mask=False)["received"], ADA)

    def test_known_customer(self):
        self._feed("c1", ADA)
        preview = self._preview(dict(ADA, name="Ada King"))
        self.assertEqual(preview.operation, "update")
        self.assertEqual(preview.diff, {"name": ["Ada Lovelace", "Ada King"]})
        self.assertEqual(preview.res_id, self._partner("c1").id)
        self.assertEqual(self._partner("c1").name, "Ada Lovelace")

    def test_draft_mapping_without_flow(self):
        self.flow.mode = "paused"
        draft = self.mapping.copy({"version": 91})
        draft.line_ids = [
            (0, 0, {"kind": "value", "target": "name", "source": "title"}),
            (0, 0, {"kind": "constant", "target": "is_company", "default": "true"}),
        ]
        preview = self._preview({"title": "Acme"}, mapping=draft)
        self.assertEqual(preview.outcome, "done", preview.error)
        self.assertEqual(preview.values["name"], "Acme")
        self.assertTrue(preview.values["is_company"])

    def test_paused_flow_is_tried_as_if_it_ran(self):
        for mode in ("paused", "shadow"):
            self.flow.mode = mode
            self.assertEqual(self._preview(ADA).outcome, "done")

    def test_compare_mode_writes_not_even_in_the_dry_run(self):
        preview = self._preview(ADA, mode="compare")
        self.assertEqual((preview.outcome, preview.reason), ("skip", "shadow"))
        self.assertEqual(preview.operation, "create")

    def test_every_break_of_the_format_is_named(self):
        preview = self._preview({"name": 5, "email": ["x"]})
        self.assertEqual(preview.outcome, "fail")
        self.assertEqual(preview.error["class"], "schema")
        paths = {error["path"] for error in preview.schema_errors}
        self.assertLessEqual({"name", "email"}, paths)

    def test_missing_reference(self):
        contact = {"name": "Bob", "customer": "c9"}
        preview = self._preview(contact, entity="contact")
        self.assertEqual(preview.outcome, "waiting")
        self.assertEqual(preview.missing, [["customer", "c9"]])

    def test_later_objects_see_the_earlier_ones(self):
        bob = {"name": "Bob", "customer": "c1"}
        sources = [
            PreviewSource("contact", "k1", source=Source(bob)),
            PreviewSource("customer", "c1", source=Source(ADA)),
        ]
        found = self.dry_run._preview(self.connector, sources)
        self.assertEqual([p.outcome for p in found], ["done", "done"])
        self.assertEqual([p.entity for p in found], ["contact", "customer"])

    def test_drafts_are_tried_with_it(self):
        """A line of a value map that nobody has saved yet."""
        value_map = self.env["integration.value.map"].create(
            {"name": "Kinds", "code": "kinds"}
        )
        draft = self.mapping.copy({"version": 92})
        draft.line_ids = [
            (
                0,
                0,
                {
                    "kind": "value",
                    "target": "name",
                    "source": "kind",
                    "value_map_id": value_map.id,
                },
            )
        ]
        line = {
            "map_id": value_map.id,
            "external_value": "a",
            "canonical_value": "Anders",
        }
        broken = self._preview({"kind": "a"}, mapping=draft)
        self.assertEqual(broken.error["class"], "mapping")
        solved = self._preview(
            {"kind": "a"},
            mapping=draft,
            values={"integration.value.map.line": [line]},
        )
        self.assertEqual(solved.values["name"], "Anders", solved.error)
        self.assertFalse(value_map.line_ids)

    def test_stored_message_is_tried_as_a_retry(self):
        event = self._store("c1", dict(ADA, email=5), at=100)
        self._drain()
        self.assertEqual(event.state, "quarantine")
        before = self.env["integration.job.log"].search_count([])
        [preview] = event._preview_replay()
        self.assertEqual((preview.outcome, preview.event_id), ("fail", event.id))
        body = event._read_body().replace(b'"email":5', b'"email":"a@example.com"')
        self.assertNotEqual(body, event._read_body())
        [preview] = event._preview_replay({event.id: body})
        self.assertEqual(preview.outcome, "done", preview.error)
        self.assertEqual(event.state, "quarantine")
        self.assertEqual(self.env["integration.job.log"].search_count([]), before)

    def test_stale_message_is_called_so(self):
        old = self._store("c1", ADA, at=100)
        self._drain()
        self._feed("c1", dict(ADA, name="Ada King"), at=200)
        [preview] = old._preview_replay()
        self.assertEqual((preview.outcome, preview.reason), ("skip", "stale"))

    def test_without_technical_user(self):
        self.connector.sudo().service_user_id = False
        with self.assertRaisesRegex(UserError, "technical user"):
            self._preview(ADA)
