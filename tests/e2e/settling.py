# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector that books all that becomes of money, and what it heard of it."""

from e2e.accounting import ENTITIES, OLD_SHAPE, Books

MONEY = ("refund", "dispute", "payout", "balance_transaction")
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
        return count

    def read_movements(self) -> None:
        """Read the balance transactions, as the schedule does."""
        self.load("balance_transaction")

    def open_exceptions(self) -> list[tuple]:
        """What waits for a person: (entity, object, class, cause, message)."""
        return self.stack.sql(
            "SELECT v.entity, x.external_id, x.error_class, x.cause, x.message "
            "FROM integration_exception x LEFT JOIN integration_event v "
            "ON v.id = x.event_id WHERE x.connector_id = %s AND x.state = 'open'",
            self.id,
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
