# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector that sends as well: what Odoo says, and what the system heard."""

import contextlib
import fnmatch

from e2e.accounting import Books
from e2e.odoo_process import freeze, kill
from e2e.waiting import until

SENT = ("customer", "product", "price", "invoice")


class Sender(Books):
    """All flows of a connector that books, and outgoing ones for what is sent.

    :ivar outgoing: entity → id of its outgoing flow
    """

    def __init__(self, stack, sim, name: str, sent=SENT, **values):
        super().__init__(stack, sim, name, **values)
        self.sent, self.outgoing = sent, {}
        self.counted = 0

    def draft(self) -> "Sender":
        super().draft()
        for entity in self.sent:
            self.outgoing[entity] = self.manager.create(
                "integration.flow",
                connector_id=self.id,
                entity=entity,
                direction="out",
            )
        return self

    def activate(self) -> "Sender":
        self.press("action_submit")
        self.press("action_approve", by=self.second)
        flows = [*self.flows.values(), *self.outgoing.values()]
        self.manager.call("integration.flow", "action_go_live", flows)
        self.second.call("integration.flow", "action_approve_live", flows)
        return self

    # -- what went out -------------------------------------------------------------

    def outbox(self, entity="", record=0) -> list[dict]:
        """Outgoing messages, oldest first."""
        names = "id state skip_reason error_class error attempts external_id".split()
        rows = self.stack.sql(
            f"SELECT {', '.join(names)} FROM integration_event "
            "WHERE connector_id = %s AND direction = 'out' "
            "AND (%s = '' OR entity = %s) AND (%s = 0 OR res_id = %s) ORDER BY id",
            self.id,
            entity,
            entity,
            record,
            record,
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def linked(self, entity: str) -> dict[int, str]:
        """Record → object at the system that stands for it."""
        return dict(
            self.stack.sql(
                "SELECT res_id, external_id FROM integration_external_id "
                "WHERE connector_id = %s AND entity = %s AND role = '' AND \"primary\"",
                self.id,
                entity,
            )
        )

    def wait_linked(self, entity: str, record: int, timeout=60) -> str:
        try:
            return until(
                f"{entity} {record} is sent",
                lambda: self.linked(entity).get(record),
                timeout,
                moving=self.states,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.outbox(entity, record)}") from None

    # -- counting ------------------------------------------------------------------

    def count(self) -> None:
        """Count from here."""
        if self.states():
            self.settle()
        self.counted = len(self.sim.writes)
        self.logged = self.stack.value(
            "SELECT COALESCE(max(id), 0) FROM integration_job_log"
        )

    def written(self) -> list[str]:
        """Paths of the changes at the system since ``count``."""
        return [write["path"] for write in self.sim.writes[self.counted :]]

    def changed(self, direction="in") -> list[tuple]:
        """(entity, operation) of changes in the sync log since ``count``."""
        return self.stack.sql(
            "SELECT entity, operation FROM integration_job_log WHERE id > %s "
            "AND connector_id = %s AND direction = %s AND status = 'success' "
            "AND operation IN ('create', 'update', 'post', 'archive') ORDER BY id",
            self.logged,
            self.id,
            direction,
        )

    # -- accidents -----------------------------------------------------------------

    @contextlib.contextmanager
    def sender_killed(self, path: str, meanwhile=lambda: None):
        """SIGKILL the worker that waits for the answer to a write that was made.

        :param path: glob pattern of the write; its answer is held back
        :param meanwhile: called while the worker stands still
        """
        self.sim.faults.add(
            kind="slow", when="after", method="POST", path=path, count=1, delay=8.0
        )
        before = len(self.sim.writes)
        yield
        until(
            "the write was made",
            lambda: any(
                fnmatch.fnmatchcase(write["path"], path)
                for write in self.sim.writes[before:]
            ),
        )
        worker = until("a worker waits for the answer", self._sender, 5, 0.01)
        assert freeze(worker)
        assert self.outbox_states("sending"), "it ended before it could be killed"
        meanwhile()
        kill(worker)
        assert self.outbox_states("sending"), "it ended before it was killed"

    def _sender(self) -> int | None:
        """The worker that sends. Another one that was woken meanwhile finds the drain
        busy and ends: while there are two, nobody knows which of them waits."""
        rows = self.stack.sql(
            "SELECT worker_pid FROM queue_job WHERE state = 'started' "
            "AND (identity_key LIKE %s OR method_name = '_job_send')",
            f"integration.send:{self.id}:%",
        )
        alive = set(self.stack.jobs.http_workers())
        found = {pid for (pid,) in rows} & alive
        return found.pop() if len(found) == 1 else None

    def outbox_states(self, state: str) -> list[dict]:
        return [message for message in self.outbox() if message["state"] == state]

    def moving(self) -> list[tuple]:
        """How far each outgoing message is, for who waits until all are sent."""
        return [(m["id"], m["state"], m["attempts"]) for m in self.outbox()]

    def hurry(self) -> None:
        """Let messages that are tried again be tried now."""
        self.stack.sql(
            "UPDATE queue_job SET eta = NULL WHERE method_name = '_job_send' "
            "AND state = 'pending' AND eta IS NOT NULL"
        )

    def sweep(self) -> None:
        """What the sweeper does within a minute, now."""
        self.stack.run_cron("cron_sweep")
