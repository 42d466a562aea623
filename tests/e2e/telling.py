# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector whose Stripe tells only what a test lets it tell, and how."""

import contextlib
import time

from e2e.money_oracle import Trial
from e2e.peer import new_stripe
from e2e.settling import Settled
from e2e.waiting import until

from simulators.stripe_random import RATES

DAY = 86400
LINE = "integration_settlement_line"
TIED = ("tied", "")
# Of this connector's technical user: those of earlier tests may still be at work.
BOOKED = """
    WITH own AS (SELECT service_user_id AS id FROM integration_connector WHERE id = %s)
    SELECT (SELECT count(*) FROM account_move, own WHERE create_uid = own.id),
           (SELECT count(*) FROM account_move_line, own WHERE create_uid = own.id),
           (SELECT count(*) FROM account_partial_reconcile, own
             WHERE create_uid = own.id),
           (SELECT md5(string_agg(t::text, ' ' ORDER BY t)) FROM (
               SELECT account_id, currency_id, sum(balance), sum(amount_currency)
                 FROM account_move_line, own
                WHERE parent_state = 'posted' AND create_uid = own.id
                GROUP BY 1, 2) t)
"""
SAID = """
    SELECT x.error_class, x.cause, x.hint, x.message, x.id
      FROM integration_exception x LEFT JOIN integration_event v ON v.id = x.event_id
     WHERE x.connector_id = %s AND x.state = 'open'
       AND (x.external_id = %s OR v.external_id = %s OR v.source_event_id = %s)
"""


class Money(Settled):
    """Its Stripe sends nothing by itself: what is told, and how, is said here."""

    def told(self, act, **changes) -> tuple[dict, list[dict]]:
        """Let something happen; returns the object and the messages about it.

        :param changes: path in the object of the message → what it says instead
        """
        self.sim.clock.advance(60)
        before = set(self.sim.events)
        made = act()
        bodies = [self.body_of(name) for name in self.sim.events if name not in before]
        for body in bodies:
            body["data"]["object"].update(changes)
        return made, bodies

    def tell(self, act) -> dict:
        """Let something happen, and hear of it; all is at rest afterwards."""
        made, bodies = self.told(act)
        self.hear(bodies)
        return made

    def hear(self, bodies: list[dict]) -> None:
        for body in bodies:
            assert self.deliver(body).status == 200
        self.wait_rest()

    def thin(self, obj: dict, event_type: str) -> dict:
        """A message that only says what happened to which object."""
        self.sim.clock.advance(60)
        moment = int(self.sim.clock.now())
        return {
            "id": f"evt_thin{obj['id']}{moment}",
            "object": "v2.core.event",
            "type": f"v1.{event_type}",
            "created": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(moment)),
            "livemode": False,
            "context": None,
            "related_object": {"id": obj["id"], "type": obj["object"], "url": ""},
            "reason": None,
        }

    def charge(self, cents=10000, currency="eur") -> dict:
        """A customer pays; it is booked, its movement as well."""

        def pay():
            customer = self.sim.create_customer(
                name="Payer", email=f"p{len(self.sim.customers)}@told{self.id}.example"
            )
            return self.sim.create_charge(cents, currency, customer["id"])

        made = self.tell(pay)
        self.read_movements()
        self.all_done()
        return made

    def books(self) -> tuple:
        """Number of entries, items and matchings; the trial balance of all accounts."""
        return self.stack.sql(BOOKED, self.id)[0]

    def said(self, key: str) -> dict:
        """What a person reads about an object or a message."""
        rows = until(f"somebody is asked about {key}", lambda: self._asked(key), 120)
        assert len(rows) == 1, rows
        names = ("error_class", "cause", "hint", "message", "id")
        said = dict(zip(names, rows[0], strict=True))
        assert said["hint"], said
        return said

    def _asked(self, key: str) -> list[tuple]:
        return self.stack.sql(SAID, self.id, key, key, key)

    def says(self, key: str, error_class: str, cause: str | None = None) -> str:
        """The message about it, whose class and cause must be these."""
        said = self.said(key)
        assert said["error_class"] == error_class, said
        assert cause is None or said["cause"] == cause, said
        return said["message"]

    def retry(self, key: str) -> None:
        """An operator presses Retry."""
        self.operator.press(
            "integration.exception", self.said(key)["id"], "action_retry"
        )
        self.wait_rest()

    def dismiss(self) -> None:
        """A manager skips the messages that nobody can mend."""
        for event in self.events("state IN ('quarantine', 'review', 'dead')"):
            wizard = self.manager.create(
                "integration.skip", event_ids=[(6, 0, [event["id"]])], reason="Nonsense"
            )
            self.manager.press("integration.skip", wizard, "action_skip")
        self.wait_rest()

    def ties(self, *payouts: dict) -> list[tuple]:
        """(state of the tie-out, problem) of these payouts, in their order."""
        return [
            row
            for payout in payouts
            for row in self.stack.sql(
                "SELECT tie_state, COALESCE(problem, '') FROM integration_settlement "
                "WHERE connector_id = %s AND external_id = %s",
                self.id,
                payout["id"],
            )
        ]

    def movements(self, *keys: str) -> list[tuple]:
        """(state, entry) of these movements."""
        return self.stack.sql(
            f"SELECT state, move_id IS NOT NULL FROM {LINE} "
            "WHERE connector_id = %s AND external_id = ANY(%s)",
            self.id,
            list(keys),
        )

    def all_right(self) -> None:
        """Nobody waits, and both trial balances are one: nothing is there twice."""
        self.read_movements()
        self.all_done()
        assert self.open_exceptions() == []
        found = Trial(self).differences()
        assert found == [], "\n".join(found)


@contextlib.contextmanager
def silent_stripe(stack, name: str, kind=Money, settled=("EUR", "USD"), **values):
    """Such a connector, with its taxes mapped, for all tests of a file."""
    with new_stripe(stack.simulator_ports[1]) as sim:
        sim.sender.configure(paused=True)
        sim.clock.freeze(int(time.time()) - 20 * DAY)
        sim.balances = [currency.lower() for currency in settled]
        hub = kind(stack, sim, name, settled=settled, **values).live()
        for percentage, inclusive, label, country in RATES[:2]:
            sim.create_tax_rate(percentage, inclusive, label, country=country)
        hub.load("tax_rate")
        hub.map_taxes()
        yield hub
        hub.retire()
