# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random
from unittest.mock import patch

from odoo.addons.integration_core.tests.sending import MODELS

from .sending import SendingCase

FIELDS = {"phone": "telephone", "email": "mail"}
# Some of them, and those that once found something.
SEEDS = (*range(6), 32, 38, 54)
FAULTS = ("lost", "gone", 429, 503)


class TestBothSides(SendingCase):
    """Both sides change one customer in any order, and answers get lost: in the end
    they say the same, there is one object, and nobody had to be asked."""

    def setUp(self):
        super().setUp()
        self._flow("customer", "in", missing_reference="wait")
        # What is tried here is the order of things, not that too many are a loop.
        self.enterContext(patch(f"{MODELS}.outbound.outgoing.LOOP_ROUNDS", 1000))

    def test_any_order(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self._try(random.Random(seed))

    def _try(self, chance):
        self.peer.objects.clear()
        self.peer.told.clear()
        self.heard = set()
        partner = self.partner(name=f"Partner {chance.random()}", phone="0")
        steps = [self._odoo, self._peer, self._tell, self._send, self._jobs_run]
        for number in range(25):
            chance.choice(steps)(partner, chance, number)
        self._settle_down(partner, chance)
        [entry] = self.peer.objects.values()
        for field, name in FIELDS.items():
            self.assertEqual(partner[field] or "", entry["record"].get(name) or "")
        self.assertEqual(len(self.link(partner)), 1)
        unfinished = self.events(partner).filtered(
            lambda e: e.state not in ("done", "skipped")
        )
        self.assertFalse(unfinished.mapped("state"))

    # === WHAT MAY HAPPEN === #

    def _odoo(self, partner, chance, number):
        partner[chance.choice(list(FIELDS))] = f"odoo{number}@x.example"

    def _peer(self, _partner, chance, number):
        for object_id in self.peer.objects:
            record = {chance.choice(list(FIELDS.values())): f"peer{number}@x.example"}
            key = f"{object_id}-{number}"
            self.peer.change("POST", f"/customer/{object_id}", {"record": record}, key)

    def _tell(self, _partner, chance, _number):
        """One of the messages arrives, in any order, perhaps again."""
        if self.peer.told:
            self._deliver(chance.choice(self.peer.told))

    def _send(self, _partner, chance, _number):
        self.peer.faults = [chance.choice(FAULTS)] if chance.random() < 0.4 else []
        self.send()
        self.peer.faults = []

    def _jobs_run(self, partner, _chance, _number):
        for event in self.events(partner):
            if event.state in ("retry", "sending"):
                self.run_job(event)

    def _deliver(self, entry):
        self.heard.add(entry["event"])
        self.hear(entry)
        reading = self.env["integration.event"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("direction", "=", "in"),
                ("state", "=", "retry"),
            ]
        )
        with patch(
            f"{MODELS}.event.event_work.checkpoint", lambda env: env.flush_all()
        ):
            for event in reading:
                event.sudo()._process_alone()
        self.env.flush_all()
        self.env.invalidate_all()

    def _settle_down(self, partner, chance):
        """Everything that was made arrives, and all jobs run."""
        for _round in range(100, 150):
            self.send()
            self._jobs_run(partner, chance, 0)
            missing = [e for e in self.peer.told if e["event"] not in self.heard]
            for entry in missing:
                self._deliver(entry)
            pending = self.events(partner).filtered(
                lambda e: e.state in ("pending", "retry", "sending")
            )
            if not missing and not pending:
                return
        self.fail("it does not come to rest")
