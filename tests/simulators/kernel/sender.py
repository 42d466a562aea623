# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sends webhooks: late, twice, out of order, again after a failure, and logs it all."""

import heapq
import http.client
import itertools
import logging
import random
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from .clock import VirtualClock

_logger = logging.getLogger(__name__)
DAY = 86400.0


@dataclass
class Delivery:
    """One attempt to deliver one copy of an event: a row of the log (the oracle).

    ``outcome``: delivered (2xx), failed (retried later), gave_up (failed for good),
    dropped (the endpoint is gone or disabled: nothing was sent).
    ``sent_at`` is virtual time, ``duration`` real seconds.
    """

    id: int
    event: str
    endpoint: str
    copy: int
    attempt: int
    sent_at: float
    url: str = ""
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    status: int | None = None
    error: str | None = None
    duration: float = 0.0
    outcome: str = "dropped"

    def dump(self) -> dict:
        return {**asdict(self), "body": self.body.decode()}


@dataclass(order=True)
class Job:
    due: float
    number: int
    event: str = field(compare=False)
    endpoint: str = field(compare=False)
    copy: int = field(compare=False, default=1)
    attempt: int = field(compare=False, default=1)
    first: float = field(compare=False, default=0.0)


class Sender:
    """A schedule of deliveries on the virtual clock, worked off by a few threads.

    :param build: called with a job; returns (url, headers, body), or None when the
        endpoint does not want it any more. Called for every attempt, so that each
        has a fresh signature.
    :param done: called with each :class:`Delivery`, outside of all locks
    """

    def __init__(
        self,
        clock: VirtualClock,
        build: Callable[[Job], tuple[str, dict, bytes] | None],
        done: Callable[[Delivery], None] = lambda delivery: None,
        seed: int | str | None = None,
        threads: int = 4,
    ):
        self.clock = clock
        self.build = build
        self.done = done
        self.threads = threads
        self.log: deque[Delivery] = deque(maxlen=20000)
        # How bad the weather is; tests change these at any time.
        self.duplicates: tuple[int, int] = (1, 1)  # copies: from, to
        self.shuffle_window = 0.0  # virtual seconds over which deliveries are mixed
        self.retry_base = 60.0  # virtual seconds before the first retry
        self.retry_factor = 2.0
        self.retry_for = 3 * DAY  # virtual seconds after which a delivery is given up
        self.timeout = 20.0  # real seconds
        self.paused = False
        self._random = random.Random(f"sender:{seed}")
        self._numbers = itertools.count(1)
        self._heap: list[Job] = []
        self._in_flight: dict[int, Job] = {}
        self._ready = threading.Condition()
        self._workers: list[threading.Thread] = []
        self._stopping = False
        clock.subscribe(self._wake)

    # -- schedule ------------------------------------------------------------------

    def send(self, event: str, endpoint: str) -> int:
        """Schedule an event for an endpoint; returns the number of copies."""
        now = self.clock.now()
        with self._ready:
            copies = self._random.randint(*self.duplicates)
            for copy in range(1, copies + 1):
                delay = self._random.uniform(0, self.shuffle_window)
                number = next(self._numbers)
                job = Job(now + delay, number, event, endpoint, copy, first=now)
                heapq.heappush(self._heap, job)
            self._ready.notify_all()
        return copies

    def configure(self, **values) -> None:
        """Change the settings listed in :meth:`settings`.

        :raises ValueError: for an unknown setting or a senseless value
        """
        unknown = set(values) - set(self.settings())
        if unknown:
            raise ValueError(f"Unknown setting: {', '.join(sorted(unknown))}")
        if "duplicates" in values:
            low, high = values["duplicates"]
            if not 1 <= low <= high <= 16:
                raise ValueError("duplicates: 1 <= from <= to <= 16")
            values["duplicates"] = (low, high)
        with self._ready:
            for name, value in values.items():
                setattr(self, name, value)
            self._ready.notify_all()

    def settings(self) -> dict:
        return {
            "duplicates": list(self.duplicates),
            "shuffle_window": self.shuffle_window,
            "retry_base": self.retry_base,
            "retry_factor": self.retry_factor,
            "retry_for": self.retry_for,
            "timeout": self.timeout,
            "paused": self.paused,
        }

    def pending(self) -> list[Job]:
        """What is still to be sent or on its way, soonest first."""
        with self._ready:
            return sorted([*self._heap, *self._in_flight.values()])

    def next_due(self) -> float | None:
        with self._ready:
            return self._heap[0].due if self._heap else None

    def flush(self, shuffle: bool = True) -> None:
        """Make everything due now, by default in a random order; ends a pause."""
        now = self.clock.now()
        with self._ready:
            jobs = sorted(self._heap)
            if shuffle:
                self._random.shuffle(jobs)
            for job in jobs:
                job.due, job.number = now, next(self._numbers)
            self._heap = jobs
            heapq.heapify(self._heap)
            self.paused = False
            self._ready.notify_all()

    def clear(self) -> None:
        with self._ready:
            self._heap = []
            self.log.clear()

    def wait_idle(self, timeout: float = 30.0) -> bool:
        """Wait (real seconds) until nothing is due or on its way; False: timed out."""
        deadline = time.monotonic() + timeout
        with self._ready:
            while self._in_flight or self._due():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._ready.wait(min(left, 0.1))
        return True

    # -- threads -------------------------------------------------------------------

    def start(self) -> None:
        self._stopping = False
        for number in range(self.threads):
            worker = threading.Thread(
                target=self._work, name=f"sender-{number}", daemon=True
            )
            worker.start()
            self._workers.append(worker)

    def stop(self) -> None:
        with self._ready:
            self._stopping = True
            self._ready.notify_all()
        for worker in self._workers:
            worker.join(self.timeout + 1)
        self._workers = []

    def _wake(self):
        with self._ready:
            self._ready.notify_all()

    def _due(self) -> bool:
        if self.paused or not self._heap:
            return False
        return self._heap[0].due <= self.clock.now()

    def _next(self) -> Job | None:
        with self._ready:
            while not self._stopping:
                if self._due():
                    job = heapq.heappop(self._heap)
                    self._in_flight[job.number] = job
                    return job
                wait = None
                if self._heap and not self.paused and not self.clock.frozen:
                    wait = max(self._heap[0].due - self.clock.now(), 0.001)
                self._ready.wait(wait)
        return None

    def _work(self):
        while job := self._next():
            try:
                self._deliver(job)
            except Exception:
                _logger.exception("Delivery of %s failed inside", job.event)
            finally:
                with self._ready:
                    self._in_flight.pop(job.number, None)
                    self._ready.notify_all()

    def _deliver(self, job: Job):
        delivery = Delivery(
            id=next(self._numbers),
            event=job.event,
            endpoint=job.endpoint,
            copy=job.copy,
            attempt=job.attempt,
            sent_at=self.clock.now(),
        )
        message = self.build(job)
        if message is not None:
            delivery.url, delivery.headers, delivery.body = message
            self._post(delivery)
            self._judge(job, delivery)
        self.log.append(delivery)
        self.done(delivery)

    def _post(self, delivery: Delivery):
        start = time.monotonic()
        try:
            delivery.status = post(
                delivery.url, delivery.headers, delivery.body, self.timeout
            )
        except (OSError, http.client.HTTPException, ValueError) as error:
            delivery.error = f"{type(error).__name__}: {error}"
        delivery.duration = time.monotonic() - start

    def _judge(self, job: Job, delivery: Delivery):
        # A redirect is a failure too: webhooks are not followed elsewhere.
        if delivery.status is not None and 200 <= delivery.status < 300:
            delivery.outcome = "delivered"
            return
        due = self.clock.now() + self.retry_base * self.retry_factor ** (
            job.attempt - 1
        )
        if due > job.first + self.retry_for:
            delivery.outcome = "gave_up"
            return
        delivery.outcome = "failed"
        again = Job(
            due,
            next(self._numbers),
            job.event,
            job.endpoint,
            job.copy,
            job.attempt + 1,
            job.first,
        )
        with self._ready:
            heapq.heappush(self._heap, again)

    # -- state ---------------------------------------------------------------------

    def dump(self) -> list[dict]:
        return [asdict(job) for job in self.pending()]

    def load(self, jobs: list[dict]) -> None:
        with self._ready:
            for values in jobs:
                job = Job(**{**values, "number": next(self._numbers)})
                heapq.heappush(self._heap, job)
            self._ready.notify_all()


def post(url: str, headers: dict, body: bytes, timeout: float) -> int:
    """POST without following redirects; returns the HTTP status.

    :raises OSError, http.client.HTTPException: when no answer comes
    """
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname,
            parts.port,
            timeout=timeout,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=timeout
        )
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    try:
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        response.read(65536)
        return response.status
    finally:
        connection.close()
