# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import CoreCase

WHY = "wrong type, corrected there too"


class EditCase(CoreCase):
    def _failed(self, external_id="c1", **record):
        """A message that breaks its contract: an e-mail address that is a number."""
        event = self._feed(external_id, {"name": "Ann", "email": 5} | record)
        self.assertEqual(event.state, "quarantine")
        return event

    def _body(self, event, **changes) -> bytes:
        document = json.loads(event.sudo()._read_body())
        document["record"] |= changes
        return json.dumps(document).encode()

    def _edit(self, event, by=None, **changes):
        changes = changes or {"email": "ann@example.com"}
        body = self._body(event, **changes)
        return event.with_user(by or self.operator)._edit_and_replay(body, WHY)

    def _money(self, event):
        """Make it a message about money."""
        event.sudo().write(
            {"amount": 119.0, "currency_id": self.env.company.currency_id.id}
        )
        return event

    def _request(self, event):
        return self.env["integration.approval"].search(
            [("model", "=", event._name), ("res_id", "=", event.id)]
        )

    def _dialog(self, event, by=None):
        wizard = self.env["integration.edit"].with_user(by or self.operator)
        return wizard.create({"event_id": event.id, "reason": WHY})


class TestEdit(EditCase):
    def test_edited_copy_is_worked_on(self):
        event = self._failed()
        edited = self._edit(event)
        self.assertEqual(
            (event.state, edited.state, edited.replay_of_id, edited.causation_id),
            ("cancelled", "pending", event, event),
        )
        self.assertFalse(edited.source_event_id)
        self.assertEqual(edited.correlation_id, event.correlation_id)
        self.assertEqual(edited.edited_by_id, self.operator)
        self._drain()
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "done")
        self.assertEqual(self._partner("c1").email, "ann@example.com")
        self.assertFalse(event.exception_id)

    def test_what_came_stays_as_it_came(self):
        event = self._failed()
        before = event.sudo()._read_body()
        edited = self._edit(event)
        self.assertEqual(event.sudo()._read_body(), before)
        self.assertNotEqual(edited.sudo()._read_body(), before)
        # The same message again is still a duplicate.
        again = self._store("c1", {"name": "Ann", "email": 5})
        self.assertEqual(again, event)

    def test_content_is_encrypted_and_bound_to_its_row(self):
        edited = self._edit(self._failed(), email="secret@example.com")
        self.env.cr.execute(
            "SELECT body FROM integration_event WHERE id = %s", (edited.id,)
        )
        self.assertNotIn(b"secret@", bytes(self.env.cr.fetchone()[0]))

    def test_who_and_why_is_logged(self):
        event = self._failed()
        edited = self._edit(event)
        for one in (event, edited):
            log = self._logs(one).sorted("id")[-1]
            self.assertEqual((log.operation, log.actor_id), ("replay", self.operator))
            self.assertIn(WHY, log.message)

    def test_only_operators_edit(self):
        event = self._failed()
        for person in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                event.with_user(person).action_edit()
            with self.assertRaises(AccessError):
                self._edit(event, by=person)
            with self.assertRaises(AccessError):
                self._dialog(event, by=person)
        self.assertEqual(event.state, "quarantine")

    def test_bad_edits(self):
        event = self._failed()
        good = event.sudo()._read_body()
        for body, words in (
            (good, "Nothing was changed"),
            (b'{"record": {"name": "A"', "cannot be used"),
            (b'{"record": {"name": "A", "name": "B"}, "version": "1"}', "name"),
            (b'{"record": [], "version": "1", "deleted": false}', "one object"),
            (b'{"something": "else"}', "nothing else"),
            (b"\xff\xfe", "cannot be used"),
            (b"", "cannot be used"),
        ):
            with self.subTest(body=body), self.assertRaisesRegex(UserError, words):
                event.with_user(self.operator)._edit_and_replay(body, WHY)
        with self.assertRaisesRegex(UserError, "Say why"):
            event.with_user(self.operator)._edit_and_replay(good + b" ", "  ")
        self.assertEqual(event.state, "quarantine")
        self.assertFalse(
            self.env["integration.event"].search([("replay_of_id", "=", event.id)])
        )

    def test_only_what_waits_for_a_person_is_edited(self):
        done = self._feed("c1", {"name": "A"})
        edited = self._edit(self._failed("c2"))
        for event in (done, edited, edited.replay_of_id):
            with self.assertRaises(UserError):
                event.with_user(self.operator).action_edit()

    def test_still_wrong(self):
        """An edit that does not help fails as any message does, and is edited again."""
        edited = self._edit(self._failed(), email=6)
        self._drain()
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "quarantine")
        again = self._edit(edited)
        self._drain()
        again.invalidate_recordset()
        self.assertEqual(again.state, "done")

    def test_older_content_does_not_overwrite_newer(self):
        event = self._failed()
        self.connector._set_state("paused", "")
        self._store("c1", {"name": "Newer"}, at=200)
        edited = self._edit(event)
        self.connector._set_state("active", "")
        self._drain()
        edited.invalidate_recordset()
        self.assertEqual(self._partner("c1").name, "Newer")
        self.assertEqual(edited.state, "skipped")

    def test_an_effect_is_not_overtaken(self):
        event = self._failed()
        event.sudo().kind = "effect"
        self._store("c1", {"name": "Later"}, at=200)
        with self.assertRaisesRegex(UserError, "Later messages"):
            self._edit(event)


class TestEditDialog(EditCase):
    def test_content_is_shown_for_a_reason_that_is_logged(self):
        event = self._failed()
        wizard = self._dialog(event)
        self.assertFalse(wizard.content)
        wizard.action_show()
        self.assertIn('"email": 5', wizard.content)
        log = self._logs(event).sorted("id")[-1]
        self.assertEqual((log.operation, log.message), ("reveal", WHY))
        self.env.flush_all()
        other = self.env["integration.edit"].with_user(self.manager)
        self.assertFalse(other.search([]))

    def test_no_reason(self):
        wizard = self._dialog(self._failed())
        wizard.reason = " "
        for button in ("action_show", "action_preview", "action_apply"):
            with self.assertRaisesRegex(UserError, "Say why"):
                getattr(wizard, button)()

    def test_preview_writes_nothing(self):
        event = self._failed()
        wizard = self._dialog(event)
        wizard.action_show()
        wizard.content = wizard.content.replace("5", '"ann@example.com"', 1)
        wizard.action_preview()
        self.assertIn("would pass", wizard.notice["what"])
        self.assertIn("Nothing was written", wizard.notice["next"])
        cells = [row["cells"]["after"] for row in wizard.result["rows"]]
        self.assertIn("ann@example.com", cells)
        self.assertFalse(self._link("c1"))
        self.assertEqual(event.state, "quarantine")

    def test_preview_of_what_would_still_fail(self):
        wizard = self._dialog(self._failed())
        wizard.action_show()
        wizard.content = wizard.content.replace("5", "6", 1)
        wizard.action_preview()
        self.assertIn("still not pass", wizard.notice["what"])
        self.assertIn("email", wizard.notice["why"])

    def test_apply_opens_the_copy_and_forgets_the_content(self):
        event = self._failed()
        wizard = self._dialog(event)
        wizard.action_show()
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            wizard.action_apply()
        wizard.content = wizard.content.replace("5", '"ann@example.com"', 1)
        action = wizard.action_apply()
        copy = self.env["integration.event"].browse(action["res_id"])
        self.assertEqual((copy.replay_of_id, copy.state), (event, "pending"))
        self.assertFalse(wizard.content)
        self.assertEqual(event.edited_copy_id, copy)
        self.assertIn("Replaced", event.notice["what"])


class TestEditedMoney(EditCase):
    """Who edits what moves money does not approve it."""

    def _asked(self, by=None, external_id="c1", **changes):
        failed = self._money(self._failed(external_id))
        edited = self._edit(failed, by=by, **changes)
        return edited, self._request(edited)

    def test_a_second_person_puts_it_to_work(self):
        edited, request = self._asked()
        self.assertEqual((edited.state, edited.unapproved), ("review", True))
        self.assertEqual((request.amount, request.requester_id), (119, self.operator))
        self.assertEqual(request.reason, WHY)
        self._drain()
        self.assertFalse(self._link("c1"), "nothing happens before")
        request.with_user(self.second).action_approve()
        self.assertEqual((edited.state, edited.unapproved), ("pending", False))
        self._drain()
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "done")
        self.assertFalse(edited.exception_id)

    def test_the_editor_does_not_approve(self):
        self.operator.group_ids += self.env.ref("integration_core.group_manager")
        edited, request = self._asked()
        request = request.with_user(self.operator)
        self.assertFalse(request.may_decide)
        with self.assertRaisesRegex(UserError, "second person"):
            request.action_approve()
        self.assertEqual(edited.state, "review")

    def test_no_other_road_to_work(self):
        edited, _request = self._asked()
        for person in (self.operator, self.manager):
            with self.assertRaisesRegex(UserError, "second person"):
                edited.with_user(person).action_retry()
            with self.assertRaises(AccessError):
                edited.with_user(person).write({"unapproved": False})
            with self.assertRaises(AccessError):
                edited.with_user(person).write({"state": "pending"})
            with self.assertRaises(UserError):
                edited.with_user(person).action_edit()
        other = self._failed("c2")
        (edited | other).with_user(self.operator).action_retry()
        self.assertEqual((edited.state, other.state), ("review", "pending"))

    def test_database_knows_it_too(self):
        edited, _request = self._asked()
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE integration_event SET state = 'pending' WHERE id = %s",
                (edited.id,),
            )

    def test_refused_or_withdrawn_the_original_waits_again(self):
        for button, state in (("refuse", "refused"), ("withdraw", "withdrawn")):
            with self.subTest(button=button):
                edited, request = self._asked(external_id=button)
                original = edited.replay_of_id
                if button == "refuse":
                    request.with_user(self.second).decision_reason = "Ask first"
                    request.with_user(self.second).action_refuse()
                else:
                    request.with_user(self.operator).action_withdraw()
                self.assertEqual(request.state, state)
                self.assertEqual(
                    (edited.state, original.state), ("cancelled", "quarantine")
                )
                self.assertTrue(original.exception_id)
                self.assertFalse(edited.exception_id)
                # and may be edited anew
                again = self._request(self._edit(original))
                again.with_user(self.second).action_approve()

    def test_nobody_decides(self):
        edited, request = self._asked()
        request.sudo().expires_at = "2020-01-01"
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.state, "expired")
        self.assertEqual(edited.replay_of_id.state, "quarantine")

    def test_a_newer_message_overtakes_it(self):
        edited, request = self._asked()
        self._feed("c1", {"name": "Newer"}, at=200)
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "skipped")
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            request.with_user(self.second).action_approve()
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(edited.replay_of_id.state, "cancelled", "it is out of date")

    def test_what_was_edited_is_shown_without_personal_data(self):
        _edited, request = self._asked(email="ann@example.com", note="urgent")
        rows = {row["key"]: row["cells"] for row in request.content_table["rows"]}
        self.assertEqual(
            rows["record.email"], {"before": 5, "after": "a•••@example.com"}
        )
        self.assertEqual(rows["record.note"], {"before": None, "after": "urgent"})
        self.assertNotIn("ann@example.com", json.dumps(request.content["changes"]))
        self.assertTrue(request.preview_table["rows"])

    def test_the_list_leads_to_the_request(self):
        edited, request = self._asked()
        self.assertIn("second person", edited.notice["what"])
        action = edited.action_solve()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (request._name, request.id)
        )
