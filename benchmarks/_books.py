# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two ways into the same books: the hub's path, and Odoo's own functions in a batch.

The hub gets real messages of our own Stripe and works on them as a drain does, batch
after batch. Odoo alone gets values that are ready, those that the hub itself computed
for such a document, with the same user in the same company.
"""

import copy
import gc
import json
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest.mock import patch

import psutil
from _lib import ROOT
from _stack import ServerLog, every_statement_logged, store

BATCH = 100
#: API versions of the two shapes of messages.
SHAPES = {"new": None, "old": "2024-06-20"}
# What Odoo does for a document: model, or "env", → methods. What they call counts as
# theirs.
ODOO = {
    "account.move": ("create", "_post", "action_post"),
    "account.payment": ("create", "write", "action_post"),
    "account.move.line": ("_reconcile_plan",),
    "env": ("flush_all",),
}
NOTES = {"account.move": ("_message_log_batch",)}


class Cost(NamedTuple):
    """Milliseconds of some work.

    :param own: CPU of this process
    :param backend: CPU of its PostgreSQL backend
    :param wall: by the clock
    """

    own: float
    backend: float
    wall: float

    @property
    def cpu(self) -> float:
        """CPU of both."""
        return self.own + self.backend

    def each(self, count: int) -> "Cost":
        """The cost of one of so many."""
        return Cost(*(part / count for part in self))


class Share:
    """CPU milliseconds that passed within some methods, called from outside of them.

    :param methods: model, or "env" for the environment, → names
    """

    def __init__(self, env, methods: dict):
        self.ms, self._depth = 0.0, 0
        self._methods = [
            (type(env) if model == "env" else env.registry[model], name)
            for model, names in methods.items()
            for name in names
        ]

    @contextmanager
    def measured(self):
        with ExitStack() as stack:
            for owner, name in self._methods:
                wrapped = self._wrap(getattr(owner, name))
                stack.enter_context(patch.object(owner, name, wrapped))
            yield self

    def _wrap(self, method):
        def timed(*args, **kwargs):
            if self._depth:
                return method(*args, **kwargs)
            self._depth += 1
            start = time.process_time()
            try:
                return method(*args, **kwargs)
            finally:
                self.ms += (time.process_time() - start) * 1e3
                self._depth -= 1

        # What Odoo's decorators left on it, such as that it takes many values.
        timed.__dict__.update(method.__dict__)
        return timed


class Books:
    """A connector that books, and the Stripe whose messages it gets."""

    def __init__(self, env, database: str, seed: int):
        self.env, self.database = env, database
        self.connector = env["integration.connector"].search([], order="id", limit=1)
        self.connector.drain_count = 1
        self.hub = self.connector._work_env()
        # As a script would work: the user's own rights, nothing switched off.
        user, company = self.connector.service_user_id, self.connector.company_id
        self.plain = env(
            user=user.id,
            context={
                "allowed_company_ids": company.ids,
                "lang": user.lang,
                "tz": "UTC",
            },
        )
        self.quiet = self.plain(context=dict(self.plain.context, tracking_disable=True))
        self.sim, self.draw = _business(seed)
        self.told = 0  # events of the simulator that were looked at
        env.cr.execute("SELECT pg_backend_pid()")
        self._processes = psutil.Process(), psutil.Process(env.cr.fetchone()[0])
        env.cr.commit()
        self._open()

    def _open(self) -> None:
        """Customers, products and taxes, which later messages refer to."""
        self.draw.plain(5)
        self.put("customer.created", "product.created", "price.created")
        self.work()
        tax = self.env["account.tax"].search([("name", "=", "19 % VAT")])
        taxes = self.env["integration.value.map"].search(
            [("code", "=", "stripe_tax_rate")]
        )
        self.env["integration.value.map.line"].create(
            {
                "map_id": taxes.id,
                "external_value": self.draw.rates[0],
                "record_company_id": self.connector.company_id.id,
                "res_id": tax.id,
            }
        )
        self.commit()

    # === MESSAGES === #

    def sell(self, count: int, lines: int) -> list[str]:
        """Finalised invoices of the simulator: their ids."""
        ids = []
        for _number in range(count):
            self.sim.clock.advance(60)
            made = self.draw.plain(lines)["id"]
            self.sim.finalize_invoice(made)
            ids.append(made)
        return ids

    def put(self, *types: str, shape: str = "new", since: int | None = None) -> int:
        """Put what happened since the last time into the inbox.

        :param types: of events; others are left out
        :param since: number of events that are old; None: those of the last time
        :return: how many messages
        """
        events = list(self.sim.events.values())
        events, self.told = events[self.told if since is None else since :], len(events)
        resource = self.sim.resources["events"]
        bodies = [
            json.dumps(resource.body(event, SHAPES[shape])).encode()
            for event in events
            if event["type"] in types
        ]
        store(self.env, self.connector, bodies)
        self.commit()
        return len(bodies)

    # === WORK === #

    def work(self) -> None:
        """What a drain does with all that is ready, without its looks for more."""
        drain = self.env["integration.drain"]
        while rows := drain._ready(self.connector, 0, BATCH):
            drain._work(self.connector, rows)
            self.env.invalidate_all(flush=False)
            gc.collect(1)

    def commit(self) -> None:
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()

    def measure(self, work, *args) -> Cost:
        gc.collect()
        backend, wall = _cpu(self._processes[1]), time.perf_counter()
        own = time.process_time()
        work(*args)
        return Cost(
            (time.process_time() - own) * 1e3,
            (_cpu(self._processes[1]) - backend) * 1e3,
            (time.perf_counter() - wall) * 1e3,
        )

    def statements(self, work, *args) -> int:
        """How many statements PostgreSQL was sent, without those that frame them."""
        with every_statement_logged():
            log = ServerLog(self.database)
            work(*args)
            return log.statements()[0]

    @contextmanager
    def values_of(self, entity: str, method: str):
        """Collects what an entity gives to Odoo meanwhile: a list of dicts."""
        found: list[dict] = []
        owner = self.env.registry[f"integration.entity.{entity}"]
        original = getattr(owner, method)

        def collect(*args, **kwargs):
            values = original(*args, **kwargs)
            found.append(copy.deepcopy(values))
            return values

        with patch.object(owner, method, collect):
            yield found

    def records(self, entity: str, external_ids: list[str]):
        """What Stripe's objects are linked to, in their order."""
        links = self.env["integration.external.id"]._find(
            self.connector, entity, external_ids
        )
        found = [links[external_id, ""] for external_id in external_ids]
        return self.env[found[0].model].browse(link.res_id for link in found)

    def unfinished(self) -> int:
        """Messages that were not worked on to their end."""
        return self.env["integration.event"].search_count(
            [("state", "not in", ("done", "skipped"))]
        )


def _business(seed: int):
    """(simulator, invoices drawn into it); nothing listens, nothing is sent."""
    sys.path.append(str(ROOT / "tests"))
    from simulators.stripe import StripeSimulator
    from simulators.stripe_random import RandomInvoices

    sim = StripeSimulator(seed=seed)
    sim.clock.freeze(1_790_000_000)
    return sim, RandomInvoices(sim, seed, currencies=("eur",), customers=50)


def _cpu(process) -> float:
    times = process.cpu_times()
    return times.user + times.system
