# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``/_control``: what tests in other processes steer and ask. JSON, no key needed.

| call | what it does |
| --- | --- |
| GET health | ready; account, mode, number of objects |
| GET state | the oracle: all objects by resource, also deleted ones |
| GET ledger | the books (``stripe_ledger``): sums by currency, invoices, differences |
| GET, POST clock | ``{"freeze": true or time, "advance": seconds, "unfreeze": true}`` |
| GET, POST, DELETE faults | the plan; POST one fault (see ``kernel.faults.Fault``) |
| DELETE faults/ID | take one fault back |
| GET, POST webhooks | duplicates, shuffle_window, retries, paused, sign_clock |
| POST flush | everything due now, shuffled: ``{"shuffle": true}`` |
| GET deliveries, requests | the logs; ``?after=N`` skips the first N |
| POST redeliver | ``{"event": …, "endpoint": …}`` |
| POST roll_secret | ``{"endpoint": …, "overlap": seconds}`` -> the new secret |
| POST verify_tax_id | ``{"tax_id": …, "status": "verified"}`` |
| POST do | a method of ``stripe_acts``: ``{"what": "pay_invoice", "values": {…}}`` |
| POST act | ``{"method": "POST", "path": "/v1/customers", "params": {…}}`` |
| POST keys | ``{"key": …, "scopes": "*" or {…}}``, ``{"key": …, "expired": true}`` |
| POST wait_idle | ``{"timeout": seconds}`` -> ``{"idle": bool}`` |
| POST business | ``{"running": bool, "pace": seconds}`` or ``{"step": "name"}`` |
"""

from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from .kernel import Request, Response
from .stripe_acts import Acts
from .stripe_errors import ApiError
from .stripe_ledger import Ledger

if TYPE_CHECKING:
    from .stripe import StripeSimulator

# What POST do may call.
DOABLE = {
    name
    for part in Acts.__mro__[:-1]
    for name, value in vars(part).items()
    if callable(value) and not name.startswith("_")
}


class Control:
    """Answers ``/_control/<name>`` with ``<method>_<name>`` of this class."""

    def __init__(self, sim: "StripeSimulator"):
        self.sim = sim

    def handle(self, request: Request) -> Response:
        name, _slash, rest = request.path.removeprefix("/_control/").partition("/")
        action = getattr(self, f"{request.method.lower()}_{name}", None)
        if action is None:
            return Response.of_json({"error": "There is no such control."}, 404)
        try:
            values = request.json()
            if request.method == "GET":
                values = {
                    key: item[-1] for key, item in parse_qs(request.query).items()
                }
            result = action(*([rest] if rest else []), **values)
        except ApiError as error:
            return Response.of_json(error.body(), error.status)
        except (ValueError, TypeError, LookupError) as error:
            return Response.of_json({"error": str(error)}, 400)
        return Response.of_json({} if result is None else result)

    # -- looking -------------------------------------------------------------------

    def get_health(self):
        sim = self.sim
        return {
            "status": "ok",
            "account": sim.account,
            "livemode": sim.livemode,
            "api_version": sim.api_version,
            "customers": len(sim.customers),
            "invoices": len(sim.invoices),
            "events": len(sim.events),
            "webhook_endpoints": len(sim.webhook_endpoints),
            "pending_deliveries": len(sim.sender.pending()),
        }

    def get_state(self):
        with self.sim.lock:
            return {
                name: {"objects": dict(res.objects), "deleted": dict(res.deleted)}
                for name, res in self.sim.resources.items()
            }

    def get_ledger(self):
        ledger = Ledger(self.sim)
        return {
            "differences": ledger.differences(),
            "currencies": {
                currency: {
                    **ledger.totals(currency),
                    "receivable": ledger.receivable(currency),
                    "clearing": ledger.clearing(currency),
                    "gateway": ledger.gateway(currency),
                }
                for currency in ledger.currencies
            },
            "invoices": {key: asdict(sums) for key, sums in ledger.invoices.items()},
            "payments": {key: asdict(sums) for key, sums in ledger.payments.items()},
            "payouts": {key: asdict(sums) for key, sums in ledger.payouts.items()},
        }

    def get_deliveries(self, after="0"):
        return {"data": [row.dump() for row in self.sim.deliveries[int(after) :]]}

    def get_requests(self, after="0"):
        return {"data": self.sim.requests[int(after) :]}

    # -- time ----------------------------------------------------------------------

    def get_clock(self):
        return self.sim.clock.dump()

    def post_clock(self, freeze=None, advance=None, unfreeze=False):
        clock = self.sim.clock
        if freeze is not None and freeze is not False:
            clock.freeze(None if freeze is True else float(freeze))
        if advance is not None:
            self.sim.advance(float(advance))
        if unfreeze:
            clock.unfreeze()
        return clock.dump()

    def post_wait_idle(self, timeout=30.0):
        return {"idle": self.sim.wait_idle(float(timeout))}

    # -- faults and weather --------------------------------------------------------

    def get_faults(self):
        return {"data": self.sim.faults.dump()}

    def post_faults(self, **values):
        return {"id": self.sim.faults.add(**values).id}

    def delete_faults(self, fault_id=None):
        if fault_id is None:
            return self.sim.faults.clear()
        if not self.sim.faults.remove(int(fault_id)):
            raise LookupError(f"There is no fault {fault_id}.")

    def get_webhooks(self):
        outbox = self.sim.outbox
        return {**self.sim.sender.settings(), "sign_clock": outbox.sign_clock}

    def post_webhooks(self, sign_clock=None, **values):
        self.sim.sender.configure(**values)
        if sign_clock is not None:
            if sign_clock not in ("wall", "virtual"):
                raise ValueError("sign_clock is wall or virtual.")
            self.sim.outbox.sign_clock = sign_clock
        return self.get_webhooks()

    def post_flush(self, shuffle=True):
        self.sim.sender.flush(shuffle)

    def post_redeliver(self, event, endpoint=None):
        self.sim.redeliver(event, endpoint)

    def post_roll_secret(self, endpoint, overlap=24 * 3600):
        return {"secret": self.sim.roll_secret(endpoint, float(overlap))}

    # -- things that happen --------------------------------------------------------

    def post_act(self, method, path, params=None, at=None):
        return self.sim.act(method, path, at=at, **(params or {}))

    def post_do(self, what, values=None):
        if what not in DOABLE:
            raise LookupError(f"One of {', '.join(sorted(DOABLE))} is expected.")
        return getattr(self.sim, what)(**(values or {}))

    def post_verify_tax_id(self, tax_id, status="verified", name=None, address=None):
        return self.sim.verify_tax_id(tax_id, status, name, address)

    def post_keys(self, key, scopes="*", expired=False):
        if expired:
            self.sim.expired_keys.add(key)
        else:
            self.sim.keys[key] = scopes

    def post_business(self, running=None, pace=None, step=None):
        business = self.sim.business
        if business is None:
            raise LookupError("Started without --business.")
        if pace is not None:
            business.pace = float(pace)
        if running is not None:
            business.running = bool(running)
        if step is not None:
            business.step(step)
        return business.dump()
