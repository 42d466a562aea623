# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector that books all that becomes of money, and what it heard of it."""

import time

from e2e.accounting import ENTITIES, OLD_SHAPE, Books
from e2e.people import OdooRefused
from e2e.waiting import until

MONEY = ("credit_note", "refund", "dispute", "payout", "balance_transaction")
# Column of a gateway journal → what its account is for.
ROLES = {
    "clearing_account_id": "clearing",
    "fee_account_id": "fees",
    "fee_tax_account_id": "fee_tax",
    "dispute_account_id": "disputes",
    "chargeback_account_id": "chargeback_losses",
    "transit_account_id": "transit",
    "reserve_account_id": "reserves",
    "adjustment_account_id": "adjustments",
}


class Settled(Books):
    """Flows for documents and for money; old and new messages reach it."""

    entities = (*ENTITIES, *MONEY)
    # Currency of the company.
    own = "eur"

    def draft(self) -> "Settled":
        super().draft()
        self.old = self.add_old_endpoint(OLD_SHAPE)
        return self

    def deliver_history(self, since: set, shape: str) -> int:
        """Send what happened since, in copies and in no order.

        :param since: events that were there before
        :param shape: ``old``, ``new`` or ``both`` generations
        :return: how many deliveries these were
        """
        wanted = {
            "old": {self.old},
            "new": {self.endpoint},
            "both": {self.old, self.endpoint},
        }[shape]
        sender = self.sim.sender
        with sender._ready:
            sender._heap[:] = [
                job
                for job in sender._heap
                if job.event in since or job.endpoint in wanted
            ]
            sender._heap.sort()
        count = len(sender.pending())
        sender.flush(shuffle=True)
        # The clock stands still: what was not taken is due again only by this.
        until("all is delivered", self._nothing_left, 120, 0.05, moving=self.states)
        sender.configure(paused=True)
        return count

    def _nothing_left(self) -> bool:
        sender = self.sim.sender
        if sender.wait_idle(60) and sender.pending():
            sender.flush(shuffle=True)
        return not sender.pending()

    def all_done(self) -> dict[str, int]:
        """Until nothing moves and nobody waits but for money to arrive; two drains that
        passed each other leave somebody waiting for what is there, until the sweeper
        looks."""
        for _attempt in range(12):
            states = self.wait_rest()
            if not self.waiting():
                return states
            self.stack.run_cron("cron_sweep")
            deadline = time.monotonic() + 15
            while self.states() == states and time.monotonic() < deadline:
                time.sleep(0.1)
        raise AssertionError(
            f"somebody waits: {self.states()}, {self.open_exceptions()}\n"
            + "\n".join(map(str, self.waiting()))
        )

    def waiting(self) -> list[tuple]:
        """Messages that wait although what they wait for is there."""
        rows = self.stack.sql(
            "SELECT entity, external_id, source_type, error "
            "FROM integration_event WHERE connector_id = %s AND state = 'waiting'",
            self.id,
        )
        ids = [
            charge["payment_intent"] or charge["id"]
            for charge in self.on_its_way()
            if charge["currency"] != self.own
        ]
        return [row for row in rows if not any(key in row[3] for key in ids)]

    def on_its_way(self) -> list[dict]:
        """Charges that have not reached a balance. What they are worth there is booked
        at once in the company's currency only; foreign money waits."""
        return [
            charge
            for charge in self.sim.charges.values()
            if charge["status"] == "succeeded" and not charge["balance_transaction"]
        ]

    def read_movements(self) -> None:
        """Read the balance transactions; the schedule may be at it already."""
        for _attempt in range(5):
            until("nobody reads movements", self._may_read, 120, 0.1)
            try:
                return self.load("balance_transaction")
            except OdooRefused:
                continue
        raise AssertionError("movements cannot be read")

    def _may_read(self) -> bool:
        flow = self.flows["balance_transaction"]
        return self.stack.value(
            "SELECT load_state NOT IN ('running', 'stopping') "
            "FROM integration_flow WHERE id = %s",
            flow,
        )

    def payment_entries(self) -> list[tuple[str, int]]:
        """(intent or charge, its entry) of every payment in the books."""
        return self.stack.sql(
            "SELECT x.external_id, COALESCE(p.move_id, x.res_id) "
            "FROM integration_external_id x LEFT JOIN account_payment p "
            "ON p.id = x.res_id AND x.model = 'account.payment' "
            "WHERE x.connector_id = %s AND x.entity = 'payment' AND x.primary",
            self.id,
        )

    def open_exceptions(self) -> list[tuple]:
        """What waits for a person: (entity, object, class, cause, message)."""
        return self.stack.sql(
            "SELECT v.entity, x.external_id, x.error_class, x.cause, x.message "
            "FROM integration_exception x LEFT JOIN integration_event v "
            "ON v.id = x.event_id WHERE x.connector_id = %s AND x.state = 'open'",
            self.id,
        )

    # -- both sides ----------------------------------------------------------------

    def reconcile(self, begin, end) -> set[tuple[str, str, str]]:
        """Compare both sides of these days, as a person does.

        :return: (check, kind, key) of every difference that is open
        """
        person = self.operator
        wizard = person.create(
            "integration.reconciliation.period",
            connector_id=self.id,
            date_from=str(begin),
            date_to=str(end),
        )
        action = person.press(
            "integration.reconciliation.period", wizard, "action_start"
        )
        self.run = action["res_id"]
        return self.compared()

    def compared(self) -> set[tuple[str, str, str]]:
        """What the comparison says once it is done."""
        # After a fix it would begin a minute later, to let everything arrive.
        self.stack.sql(
            "UPDATE queue_job SET eta = NULL WHERE state = 'pending' "
            "AND identity_key = %s",
            f"integration.reconciliation:{self.run}",
        )
        until("both sides are compared", self._ended, 120, 0.05)
        return set(
            self.stack.sql(
                "SELECT check_name, kind, key FROM integration_reconciliation_line "
                "WHERE run_id = %s AND state IN ('open', 'fixing')",
                self.run,
            )
        )

    def explain(self) -> str:
        """What the last comparison says, with amounts, for who reads a failure."""
        rows = self.stack.sql(
            "SELECT l.check_name, l.kind, l.key, c.name, l.amount_there, "
            "l.amount_here, l.difference, l.state "
            "FROM integration_reconciliation_line l "
            "LEFT JOIN res_currency c ON c.id = l.currency_id WHERE l.run_id = %s "
            "ORDER BY 1, 3",
            self.run,
        )
        totals = self.stack.sql(
            "SELECT check_name, count_there, count_here, sum_there, sum_here "
            "FROM integration_reconciliation_total WHERE run_id = %s",
            self.run,
        )
        return "\n".join(map(str, [*rows, *totals]))

    def _ended(self) -> bool:
        state, message = self.stack.sql(
            "SELECT state, message FROM integration_reconciliation WHERE id = %s",
            self.run,
        )[0]
        assert state != "failed", message
        return state != "running"

    def fetch_differences(self, keys: set[str]) -> None:
        """Press *Fetch it* on these differences, and wait until they are worked on."""
        lines = self.stack.sql(
            "SELECT id FROM integration_reconciliation_line "
            "WHERE run_id = %s AND key = ANY(%s)",
            self.run,
            list(keys),
        )
        ids = [row[0] for row in lines]
        self.operator.call("integration.reconciliation.line", "action_fetch", ids)
        until("all is fetched", lambda: not self._fetching(), 90, 0.05)
        self.all_done()

    def _fetching(self) -> int:
        return self.stack.value(
            "SELECT count(*) FROM queue_job WHERE identity_key LIKE "
            "'integration.reconciliation.fetch:%%' "
            "AND state NOT IN ('done', 'cancelled', 'failed')"
        )

    def accounts(self) -> dict[int, str]:
        """Account → what it is for, of all gateway journals of the connector."""
        rows = self.stack.sql(
            f"SELECT {', '.join(ROLES)} FROM integration_gateway_journal "
            "WHERE connector_id = %s",
            self.id,
        )
        return {
            account: role
            for row in rows
            for account, role in zip(row, ROLES.values(), strict=True)
            if account
        }
