# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Processes that die at the worst moment, and a database that goes away."""

import contextlib
import http.client

from e2e.odoo_process import freeze, kill, thaw
from e2e.waiting import until


class Accidents:
    """What goes wrong meanwhile; each waits for its moment."""

    def __init__(self, hub):
        self.hub, self.stack = hub, hub.stack
        self.said: list[str] = []

    def taken(self) -> int:
        """How many deliveries were acknowledged so far."""
        return sum(d.outcome == "delivered" for d in self.hub.sim.deliveries)

    def cut(self) -> int:
        """How many deliveries ended without an answer."""
        return sum(d.error is not None for d in self.hub.sim.deliveries)

    def wait_taken(self, number: int) -> None:
        until(
            f"{number} deliveries are taken",
            lambda: self.taken() >= number,
            120,
            moving=self.taken,
        )

    def kill_web_worker(self) -> None:
        """SIGKILL one that is at work: a delivery must be left without an answer."""
        before = self.cut()
        for _attempt in range(10):
            victim = until("a web worker serves", self._web_worker_at_work, 120, 0.001)
            kill(victim)
            try:
                until("a delivery was cut", lambda: self.cut() > before, 5, 0.01)
            except AssertionError:
                continue  # its answer was on the way already
            self.said.append(f"web worker {victim} killed after {self.taken()}")
            return
        raise AssertionError("no web worker was caught at work")

    def _web_worker_at_work(self) -> int | None:
        """A worker with a delivery on hand, standing still."""
        web = self.stack.web
        for worker in web.http_workers():
            if web.serves(worker):
                if freeze(worker) and web.serves(worker):
                    return worker
                thaw(worker)
        return None

    def kill_drainer(self) -> None:
        """SIGKILL one in the midst of a batch, which must be rolled back by it.

        Never at random: each death costs a place in the channel until queue_job finds
        the dead job, after a minute at most, and meanwhile everything may be done.
        """
        for _attempt in range(6):
            batch = until("a drain holds a batch", self._open_batch, 150, 0.001)
            kill(batch.worker)
            if self._fate(batch) == "aborted":
                self.said.append(
                    f"jobs worker {batch.worker} killed with a batch"
                    f" after {self.taken()}"
                )
                return
        raise AssertionError("no worker was caught with a batch")

    def _open_batch(self):
        """A batch that was begun and cannot end: its worker stands still."""
        for batch in self.stack.batches():
            if freeze(batch.worker) and self.stack.is_open(batch):
                return batch
            thaw(batch.worker)
        return None

    def _fate(self, batch) -> str:
        def ended():
            fate = self.stack.fate(batch.transaction)
            return None if fate == "in progress" else fate

        return until("the batch ended", ended, 90, 0.01)

    def crash_postgres(self) -> None:
        # Odoo's master gives up when it cannot replace a dead worker for want of a
        # database; then there is no door that could answer.
        web = self.stack.web
        until("the killed web worker is replaced", lambda: len(web.http_workers()) > 1)
        self.stack.postgres.crash()
        self.stack.close_sql()
        answer = until("the door says 503 without a database", self._knock, 60)
        assert answer.headers["retry-after"] and answer.headers["x-correlation-id"]
        self.stack.postgres.start()
        self.said.append(f"PostgreSQL crashed and started after {self.taken()}")

    def _knock(self):
        """The answer at the door. The first request of a worker may end inside of Odoo
        with 500: it met a connection that was open when the database went away."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = self.hub.deliver(b"{}")
            assert answer.status in (500, 503), answer
            return answer if answer.status == 503 else None
