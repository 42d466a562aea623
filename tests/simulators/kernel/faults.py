# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Faults that a test plans: which calls fail, how, how often."""

import fnmatch
import itertools
import random
import threading
from dataclasses import asdict, dataclass, field

KINDS = ("status", "slow", "reset")
MOMENTS = ("before", "during", "after")


@dataclass
class Fault:
    """One planned fault.

    * ``kind``: status (an error answer), slow (a pause), reset (TCP connection reset)
    * ``method``, ``path``: glob patterns of the calls it hits; ``*`` stops at no slash
    * ``when``: before (the call never reached the service), during (it began, nothing
      was written), after (it was carried out, its answer is lost)
    * ``count``: how many calls it hits, None without limit; ``skip``: how many matching
      calls it lets through first; ``probability``: 0..1, drawn from the plan's seed
    * ``delay``: real seconds of a slow answer; with ``when="after"`` the call is
      carried out at once and its answer held back
    """

    kind: str = "status"
    method: str = "*"
    path: str = "*"
    when: str = "before"
    status: int = 503
    code: str | None = None
    message: str | None = None
    headers: dict = field(default_factory=dict)
    count: int | None = None
    skip: int = 0
    probability: float = 1.0
    delay: float = 0.0
    id: int = 0
    hits: int = 0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if self.when not in MOMENTS:
            raise ValueError(f"when must be one of {', '.join(MOMENTS)}")
        if self.kind == "status" and not 400 <= self.status <= 599:
            raise ValueError("status must be an error status, 400 to 599")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must lie between 0 and 1")

    @property
    def spent(self) -> bool:
        return self.count is not None and self.hits >= self.count

    def matches(self, method: str, path: str) -> bool:
        return fnmatch.fnmatchcase(method, self.method) and fnmatch.fnmatchcase(
            path, self.path
        )


class FaultPlan:
    """The faults in force, asked once per call. Same seed, same calls: same faults."""

    def __init__(self, seed: int | str | None = None):
        self._lock = threading.Lock()
        self._random = random.Random(f"faults:{seed}")
        self._ids = itertools.count(1)
        self.faults: list[Fault] = []

    def add(self, **values) -> Fault:
        """Plan a fault; see :class:`Fault`.

        :raises ValueError, TypeError: when a value makes no sense
        """
        fault = Fault(**values)
        with self._lock:
            fault.id = next(self._ids)
            self.faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        with self._lock:
            before = len(self.faults)
            self.faults = [fault for fault in self.faults if fault.id != fault_id]
            return len(self.faults) != before

    def clear(self) -> None:
        with self._lock:
            self.faults = []

    def pick(self, method: str, path: str) -> tuple[float, Fault | None]:
        """Seconds to wait before, and the fault that hits this call then (status,
        reset, or slow after it)."""
        delay = 0.0
        with self._lock:
            for fault in self.faults:
                if fault.spent or not fault.matches(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if self._random.random() >= fault.probability:
                    continue
                fault.hits += 1
                if fault.kind == "slow" and fault.when != "after":
                    delay += fault.delay
                    continue
                return delay, fault
        return delay, None

    def dump(self) -> list[dict]:
        with self._lock:
            return [asdict(fault) for fault in self.faults]
