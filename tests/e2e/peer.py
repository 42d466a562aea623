# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The local Stripe of a test: it never gives up, and no two of them share an id."""

import collections
import itertools

from simulators.kernel import HttpServer
from simulators.stripe import StripeSimulator

_numbers = itertools.count(1)


class Stripe(StripeSimulator):
    def restart(self) -> None:
        """Go on after ``stop`` as if nothing had happened."""
        self._server = HttpServer(self._handle, self.clock, port=self.port)
        self.start()


def new_stripe(port: int) -> Stripe:
    """A Stripe that is not started, and that never gives up."""
    simulator = Stripe(port=port, seed=next(_numbers))
    # A delivery that was not taken comes again after half a second.
    simulator.sender.configure(retry_base=0.5, retry_factor=1.0, retry_for=86400.0)
    # The oracle of what was acknowledged: it must hold every attempt, however long the
    # servers were away.
    simulator.sender.log = collections.deque(maxlen=500_000)
    return simulator
