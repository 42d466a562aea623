# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The state on disk: one JSON file, replaced whole."""

import json
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stripe import StripeSimulator

# Real seconds between two writes; a crash of the simulator loses at most these. A state
# that has grown is written less often, so that writing takes a twentieth of the time.
PAUSE = 1.0
SHARE = 20


class StateKeeper:
    """Loads the state at the start, writes it soon after each change and at the end."""

    def __init__(self, sim: "StripeSimulator", directory: Path | None):
        self.sim = sim
        self.path = directory / "stripe.json" if directory else None
        self.stored: dict = {}
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self.path:
            self._thread = threading.Thread(target=self._keep, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._changed.set()
        if self._thread:
            self._thread.join(10)
        self.save()

    def touched(self) -> None:
        self._changed.set()

    def dump(self) -> dict:
        sim = self.sim
        with sim.lock:
            return {
                "account": sim.account,
                "livemode": sim.livemode,
                "clock": sim.clock.dump(),
                "ids": sim.ids.dump(),
                "saved": dict(sim.api.saved),
                "jobs": sim.sender.dump(),
                "business": sim.business.dump() if sim.business else None,
                "resources": {
                    name: resource.dump() for name, resource in sim.resources.items()
                },
            }

    def save(self) -> None:
        """Write the state now, if a directory was given."""
        if not self.path:
            return
        with self.sim.lock:
            text = json.dumps(self.dump())
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(text)
        os.replace(part, self.path)

    def load(self) -> bool:
        """Take up the stored state; False: there is none."""
        if not self.path or not self.path.exists():
            return False
        sim = self.sim
        self.stored = json.loads(self.path.read_text())
        sim.account = self.stored["account"]
        sim.livemode = self.stored["livemode"]
        sim.clock.load(self.stored["clock"])
        sim.ids.load(self.stored["ids"])
        sim.api.saved = self.stored["saved"]
        for name, resource in sim.resources.items():
            # A resource that a newer simulator brings has nothing stored yet.
            if name in self.stored["resources"]:
                resource.load(self.stored["resources"][name])
        sim.sender.load(self.stored["jobs"])
        if sim.webhook_endpoints:
            sim.endpoint_made.set()
        return True

    def _keep(self):
        while not self._stopping.is_set():
            self._changed.wait()
            self._changed.clear()
            start = time.monotonic()
            self.save()
            took = time.monotonic() - start
            self._stopping.wait(max(PAUSE, SHARE * took))
