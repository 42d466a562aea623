# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A clock that tests can stop and move."""

import threading
import time
from collections.abc import Callable


class VirtualClock:
    """Seconds since the epoch: the real time until someone freezes or moves it.

    All deadlines of a simulator (retries, lives of keys, dates of objects) hang on
    this clock, so that three days of retries take milliseconds in a test.
    """

    def __init__(self, source: Callable[[], float] = time.time):
        self._source = source
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen: float | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def now(self) -> float:
        """The virtual time, in seconds since the epoch."""
        with self._lock:
            if self._frozen is not None:
                return self._frozen
            return self._source() + self._offset

    def timestamp(self) -> int:
        """The virtual time in whole seconds, as objects carry it."""
        return int(self.now())

    def freeze(self, at: float | None = None) -> float:
        """Stop the clock, now or at a given time; returns the time it shows."""
        moment = self.now() if at is None else float(at)
        with self._lock:
            self._frozen = moment
        self._notify()
        return moment

    def unfreeze(self) -> None:
        """Let the clock run on from the time that it shows."""
        moment = self.now()
        with self._lock:
            self._frozen = None
            self._offset = moment - self._source()
        self._notify()

    def advance(self, seconds: float) -> float:
        """Jump forward; returns the new time.

        :raises ValueError: for a negative step; time never runs backwards
        """
        if seconds < 0:
            raise ValueError("The clock cannot go back.")
        with self._lock:
            if self._frozen is not None:
                self._frozen += seconds
            else:
                self._offset += seconds
        self._notify()
        return self.now()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the clock is moved, frozen or released."""
        self._listeners.append(listener)

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()

    def dump(self) -> dict:
        return {"now": self.now(), "frozen": self.frozen, "offset": self._offset}

    def load(self, data: dict) -> None:
        """Take up a stored clock: a frozen one stays frozen, another keeps its lead."""
        with self._lock:
            self._offset = float(data.get("offset", 0.0))
            self._frozen = float(data["now"]) if data.get("frozen") else None
        self._notify()
