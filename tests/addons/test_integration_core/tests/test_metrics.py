# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
import re
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.integration_core import settings
from odoo.addons.integration_core.controllers import metrics as controller
from odoo.addons.integration_core.models import metrics

from .common import CoreCase

TOKEN = "monitor-token-of-these-tests"
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
BAD = {"name": "A", "addresses": [{"type": "odd"}]}


def read(text: str) -> dict:
    """Metric name → list of (labels, value), by the format's own grammar."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        pairs = dict(re.findall(r'(\w+)="([^"]*)"', labels or ""))
        found.setdefault(name, []).append((pairs, value))
    return found


class MetricsCase(CoreCase):
    def _figures(self) -> dict:
        self.env.flush_all()
        return read(self.env["integration.metrics"]._text())

    def _value(self, figures: dict, name: str, **labels):
        """The one sample with these labels; None where there is none."""
        wanted = {key: str(value) for key, value in labels.items()}
        found = [
            v for pairs, v in figures.get(name, []) if wanted.items() <= pairs.items()
        ]
        self.assertLessEqual(len(found), 1, found)
        return float(found[0]) if found else None


@tagged("post_install", "-at_install")
class TestMetrics(MetricsCase):
    """What the figures say, by what is in the database."""

    def _age(self, event, **ago):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_event SET received_at = %s WHERE id = %s",
            (fields.Datetime.subtract(fields.Datetime.now(), **ago), event.id),
        )

    def test_the_queue_and_how_late_a_flow_is(self):
        event = self._store("c1", {"name": "A"})
        self._age(event, minutes=10)
        self._store("c2", {"name": "B"})
        figures = self._figures()
        here = {"connector": self.connector.id, "direction": "in"}
        queue = {"state": "pending", **here}
        self.assertEqual(self._value(figures, "integration_messages", **queue), 2)
        age = self._value(figures, "integration_message_oldest_seconds", **queue)
        self.assertAlmostEqual(age, 600, delta=30)
        late = {"entity": "customer", **here}
        behind = self._value(figures, "integration_flow_behind_seconds", **late)
        self.assertEqual(behind, age)
        self.assertEqual(
            self._value(figures, "integration_flow_slo_seconds", **late), 60
        )
        other = {"entity": "contact", **here}
        self.assertEqual(
            self._value(figures, "integration_flow_behind_seconds", **other), 0
        )

    def test_nothing_is_a_figure_too(self):
        figures = self._figures()
        for state in metrics.UNFINISHED:
            found = self._value(
                figures,
                "integration_messages",
                connector=self.connector.id,
                direction="in",
                state=state,
            )
            self.assertEqual(found, 0, state)

    def test_what_is_tried_again_and_what_waits(self):
        again = self._store("c1", {"name": "A"})
        again.sudo().write({"state": "retry", "attempts": 3})
        more = self._store("c2", {"name": "A"})
        more.sudo().write({"state": "retry", "attempts": 2})
        self._feed("p1", {"name": "Ann", "customer": "c9"}, entity="contact")
        figures = self._figures()
        here = {"connector": self.connector.id, "direction": "in"}
        self.assertEqual(self._value(figures, "integration_retry_attempts", **here), 5)
        for state, count in (("retry", 2), ("waiting", 1)):
            found = self._value(figures, "integration_messages", state=state, **here)
            self.assertEqual(found, count, state)

    def test_an_outcome_that_is_not_known_is_told(self):
        event = self._store("c1", {"name": "A"})
        event.sudo().write({"state": "sending", "direction": "out"})
        self._age(event, minutes=5)
        figures = self._figures()
        where = {"connector": self.connector.id, "direction": "out", "state": "sending"}
        self.assertEqual(self._value(figures, "integration_messages", **where), 1)
        age = self._value(figures, "integration_message_oldest_seconds", **where)
        self.assertAlmostEqual(age, 300, delta=30)

    def test_what_waits_for_people_by_class_and_currency(self):
        amounts = {"c1": ("10.10", "USD"), "c2": ("5.05", "USD"), "c3": ("7", "EUR")}
        model = type(self.env["integration.entity.customer"])
        self.patch(
            model,
            "_document_amount",
            lambda entity, canonical: dict(
                zip(
                    ("amount", "currency"),
                    amounts[canonical["external_id"]],
                    strict=True,
                )
            ),
        )
        for external_id in amounts:
            self._feed(external_id, BAD)
        exceptions = self.env["integration.exception"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "open")]
        )
        self.assertEqual(len(exceptions), 3)
        exceptions[0].user_id = False
        figures = self._figures()
        where = {"connector": self.connector.id, "error_class": "schema"}
        name = "integration_exceptions_open"
        self.assertEqual(self._value(figures, name, family="data", **where), 3)
        name = "integration_exceptions_blocked_amount"
        self.assertEqual(self._value(figures, name, currency="USD", **where), 15.15)
        self.assertEqual(self._value(figures, name, currency="EUR", **where), 7)
        name = "integration_exceptions_unassigned"
        self.assertEqual(self._value(figures, name, connector=self.connector.id), 1)

    def test_what_was_done_within_the_hour(self):
        self._feed("c1", {"name": "A"})
        self._feed("c2", BAD)
        figures = self._figures()
        here = {"connector": self.connector.id, "direction": "in"}
        for state in ("done", "quarantine"):
            found = self._value(
                figures, "integration_messages_last_hour", state=state, **here
            )
            self.assertEqual(found, 1, state)
        lines = "integration_log_lines_last_hour"
        for operation, status in (("create", "success"), ("refuse", "error")):
            line = {"operation": operation, "status": status, **here}
            self.assertEqual(self._value(figures, lines, **line), 1, operation)
        name = "integration_last_success_timestamp_seconds"
        last = self._value(figures, name, connector=self.connector.id)
        now = fields.Datetime.now().timestamp()
        self.assertAlmostEqual(last, now, delta=120)

    def test_a_connector_is_up_only_where_it_works(self):
        where = {"connector": self.connector.id}
        name = "integration_connector_up"
        self.assertEqual(self._value(self._figures(), name, **where), 1)
        with patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "elsewhere"}):
            self.assertEqual(self._value(self._figures(), name, **where), 0)
        self.connector._suspend("The key was refused.")
        figures = self._figures()
        self.assertEqual(self._value(figures, name, **where), 0)
        info = self._value(
            figures, "integration_connector_info", state="suspended", **where
        )
        self.assertEqual(info, 1)

    def test_gaps_that_were_found(self):
        self.env["integration.catch.up"].create(
            {
                "connector_id": self.connector.id,
                "state": "done",
                "since": "2026-01-01",
                "until": "2026-01-02",
                "missed": 4,
            }
        )
        self.connector.sudo().catch_up_until = "2026-01-02 00:00:00"
        figures = self._figures()
        where = {"connector": self.connector.id}
        name = "integration_catch_up_missed_day"
        self.assertEqual(self._value(figures, name, **where), 4)
        name = "integration_catch_up_complete_timestamp_seconds"
        self.assertEqual(self._value(figures, name, **where), 1767312000)

    def test_jobs_and_approvals(self):
        before = self._figures()
        name = "integration_jobs"
        pending = self._value(before, name, state="pending") or 0
        self.connector._wake(0)
        draft = self._connector("Waits")
        self.env["integration.approval"].with_user(self.manager)._request(
            draft, "activate", {}, "Activate Waits"
        )
        figures = self._figures()
        self.assertEqual(self._value(figures, name, state="pending"), pending + 1)
        name = "integration_approvals_waiting"
        self.assertEqual(self._value(figures, name, action="activate"), 1)

    def test_figures_cost_the_same_whatever_there_is(self):
        first = self._count()
        for number in range(5):
            self._feed(f"c{number}", BAD)
            self._flow("customer", self.mapping, self._connector(f"More {number}"))
        self.assertEqual(self._count(), first)
        # SET, eleven questions, and a savepoint for each of the parts.
        parts = len(self.env["integration.metrics"]._parts())
        self.assertLessEqual(first, 12 + 2 * parts)

    def _count(self) -> int:
        self._figures()  # what is remembered for good, such as ids by name
        start = self.env.cr.sql_log_count
        self.env["integration.metrics"]._text()
        return self.env.cr.sql_log_count - start

    def test_one_slow_question_does_not_silence_the_others(self):
        self.patch(metrics, "STATEMENT_TIMEOUT", 1000)
        self.patch(metrics, "LOG", "SELECT NULL, NULL, NULL, NULL, pg_sleep(9)")
        with mute_logger("odoo.sql_db"), self.assertLogs(metrics.__name__) as logged:
            figures = self._figures()
        self.assertIn("Metrics: log", logged.output[0])
        name = "integration_scrape_failed"
        self.assertEqual(self._value(figures, name, part="log"), 1)
        self.assertEqual(self._value(figures, name, part="queue"), 0)
        self.assertTrue(figures["integration_messages"])
        self.assertNotIn("integration_log_lines_last_hour", figures)

    def test_nothing_of_a_person_or_a_message_is_told(self):
        self._feed("cus_secret", BAD | {"email": "ann.person@example.com"})
        self._feed("cus_done", {"name": "Ann Person", "email": "x@example.com"})
        self.connector.user_id = self.manager
        text = self.env["integration.metrics"]._text()
        for word in (
            "ann.person",
            "Ann Person",
            "cus_",
            self.manager.name,
            self.connector.webhook_token,
        ):
            self.assertNotIn(word, text)


@tagged("post_install", "-at_install")
class TestMetricsDoor(MetricsCase, HttpCase):
    """Who is let in."""

    def _ask(self, token=TOKEN, given=None):
        controller._say_how.cache_clear()
        headers = {} if given is None else {"Authorization": given}
        with patch.dict(os.environ, {"INTEGRATION_METRICS_TOKEN": token}):
            return self.url_open("/integration/metrics", headers=headers)

    def test_who_has_the_token_reads_all(self):
        self._feed("c1", {"name": "A"})
        answer = self._ask(given=f"Bearer {TOKEN}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8"
        )
        figures = read(answer.text)
        self.assertEqual(
            self._value(
                figures, "integration_connector_up", connector=self.connector.id
            ),
            1,
        )
        failed = figures["integration_scrape_failed"]
        self.assertEqual({value for _labels, value in failed}, {"0"})
        self.assertNotIn("session_id", answer.cookies)

    def test_nobody_else_does(self):
        for given in (
            None,
            "",
            TOKEN,
            "Bearer",
            "Bearer ",
            f"Basic {TOKEN}",
            f"Bearer {TOKEN}x",
            f"Bearer {TOKEN[:-1]}",
            "Bearer \xfc",
        ):
            with self.subTest(given=given):
                header = given.encode("latin-1") if given else given
                answer = self._ask(given=header)
                self.assertEqual(answer.status_code, 401)
                self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
                self.assertFalse(answer.text)

    def test_without_a_token_there_is_no_such_page(self):
        for token in ("", "   ", "short"):
            with self.subTest(token=token), self.assertLogs(controller.__name__) as log:
                answer = self._ask(token=token, given=f"Bearer {token}")
                self.assertEqual(answer.status_code, 404)
            self.assertIn("INTEGRATION_METRICS_TOKEN", log.output[0])

    def test_the_token_may_be_in_a_file(self):
        here = os.path.dirname(__file__)
        controller._say_how.cache_clear()
        with patch.dict(
            os.environ, {"INTEGRATION_METRICS_TOKEN_FILE": f"{here}/nothing.here"}
        ):
            with self.assertLogs(controller.__name__):
                answer = self.url_open("/integration/metrics")
        self.assertEqual(answer.status_code, 404)
        with patch.dict(os.environ, {"INTEGRATION_METRICS_TOKEN_FILE": __file__}):
            with open(__file__, encoding="utf-8") as source:
                token = source.read().strip()
            self.assertEqual(settings.metrics_token(), token)

    def test_only_asking_is_possible(self):
        with patch.dict(os.environ, {"INTEGRATION_METRICS_TOKEN": TOKEN}):
            answer = self.url_open(
                "/integration/metrics",
                data=b"x",
                headers={"Authorization": f"Bearer {TOKEN}"},
            )
        self.assertEqual(answer.status_code, 405)
