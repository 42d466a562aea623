# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What happens to a subscription by itself: bills, renewals, trials that end.

docs.stripe.com/billing/subscriptions/overview. Choices of ours: an invoice of a
renewal is final at once, not an hour later; retries do not happen by themselves.
"""

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_intervals import period_at
from .stripe_invoices import CREATE as INVOICE
from .stripe_render import clone
from .stripe_resources import READ, Call

# Nobody paid the first invoice within 23 hours.
TOO_LATE = 23 * 3600
_RESUME = {
    **READ,
    "billing_cycle_anchor": params.Str(choices=("now", "unchanged")),
    "proration_behavior": params.Str(),
}
# Renewed when their period ends. Those whose first payment is open are not.
RENEWED = ("active", "past_due", "unpaid", "trialing")
ENDED = ("canceled", "incomplete_expired")
DETAILS = {"comment": params.Str(), "feedback": params.Str()}
CANCEL = {
    **READ,
    "cancellation_details": params.Hash(DETAILS),
    "invoice_now": params.Bool(),
    "prorate": params.Bool(),
}


class SubscriptionLife:
    """Part of ``Subscriptions``."""

    # -- begin ---------------------------------------------------------------------

    def begin(self, obj: dict, behavior: str | None, call: Call) -> None:
        """First invoice, first payment."""
        if obj["trial_end"]:
            obj["status"] = "trialing"
            lines = [self._trial_line(obj, i) for i in self._items(obj)]
        else:
            lines = self._lines(obj)
            if obj["collection_method"] == "send_invoice":
                obj["status"] = "active"
        pay = behavior != "default_incomplete"
        self.bill(obj, "subscription_create", lines, call, pay, kind="created")
        failed = self.objects[obj["id"]]["status"] == "incomplete"
        if failed and behavior == "error_if_incomplete":
            raise ApiError(402, "Your card was declined.", code="card_declined")

    def _items(self, obj: dict) -> list[dict]:
        return self.sim.resources["subscription_items"].of(obj["id"])

    def _lines(self, obj: dict) -> list[dict]:
        """Lines of a whole period; usage is not counted here."""
        return [
            {
                "price": item["price"]["id"],
                "quantity": item["quantity"],
                **self._line(obj, item),
            }
            for item in self._items(obj)
            if "quantity" in item
        ]

    def _trial_line(self, obj: dict, item: dict) -> dict:
        name = self.sim.resources["products"].find(item["price"]["product"])["name"]
        return {
            "amount": 0,
            "description": f"Trial period for {name}",
            **self._line(obj, item),
        }

    def _line(self, obj: dict, item: dict) -> dict:
        line = {
            "period": (obj["_start"], obj["_end"]),
            "subscription": obj["id"],
            "subscription_item": item["id"],
        }
        if item["tax_rates"]:
            line["tax_rates"] = [rate["id"] for rate in item["tax_rates"]]
        return line

    # -- bill ----------------------------------------------------------------------

    def bill(
        self,
        obj: dict,
        reason: str,
        lines: list[dict],
        call: Call,
        pay: bool = True,
        before: dict | None = None,
        kind: str = "updated",
    ) -> None:
        """An invoice over these lines and the prorations that wait; collect it.

        :param before: the subscription as it was before what leads to this invoice
        :param kind: which event tells of it
        """
        before = before or clone(obj)
        invoice = self._draft(obj, reason, lines, call)
        obj["latest_invoice"] = invoice["id"]
        self.told(before, call, kind)
        pause = obj["pause_collection"]
        if pause and pause["behavior"] == "keep_as_draft":
            return
        invoices = self.sim.resources["invoices"]
        invoices.finalize(call.having({}), invoice["id"])
        if pause and invoice["status"] == "open":
            end = {"void": "void", "mark_uncollectible": "mark_uncollectible"}
            getattr(invoices, end[pause["behavior"]])(call.having({}), invoice["id"])
        elif invoice["status"] == "open" and pay:
            self._collect(obj, invoice, call)

    def _draft(self, obj: dict, reason: str, lines: list[dict], call: Call) -> dict:
        values = {
            "customer": obj["customer"],
            "currency": obj["currency"],
            "collection_method": obj["collection_method"],
            "_subscription": {"subscription": obj["id"], "metadata": obj["metadata"]},
            "_billing_reason": reason,
        }
        if obj["default_tax_rates"]:
            values["default_tax_rates"] = [r["id"] for r in obj["default_tax_rates"]]
        if obj["collection_method"] == "send_invoice":
            values["days_until_due"] = obj["days_until_due"]
        invoices = self.sim.resources["invoices"]
        invoice = invoices.make(params.read(values, INVOICE), call)
        for item in self.pending_of(obj):
            self.sim.resources["invoiceitems"].attach(item, invoice)
        for line in lines:
            self.sim._add_line(invoice, line, call)
        invoices.sum_up(invoice)
        self.sim.emit("invoice.created", invoice, call)
        return invoice

    def _collect(self, obj: dict, invoice: dict, call: Call) -> None:
        """Charge the card; where that fails, the subscription is past due."""
        if obj["collection_method"] == "send_invoice":
            return
        intents = self.sim.resources["payment_intents"]
        intent = intents.get(invoice["_default_intent"])
        try:
            intents.run(intent, obj["default_payment_method"] or "card", call)
        except ApiError as error:
            if error.status != 402:
                raise
            if obj["status"] != "incomplete":
                self.become(obj, "past_due", call)

    def become(self, obj: dict, status: str, call: Call, kind="updated") -> None:
        """Another status, and what goes with it."""
        before = clone(obj)
        obj["status"] = status
        if status != "paused":
            obj["status_details"] = None
        if status == "canceled":
            obj["ended_at"] = call.at
            obj["canceled_at"] = obj["canceled_at"] or call.at
            kind = "deleted"
        elif status == "incomplete_expired":
            obj["ended_at"] = call.at
        self.told(before, call, kind)

    def invoice_settled(self, invoice: dict, call: Call) -> None:
        """An invoice was paid: the subscription it belongs to is all right again."""
        details = (invoice["parent"] or {}).get("subscription_details") or {}
        obj = self.objects.get(details.get("subscription"))
        if not obj or obj["latest_invoice"] != invoice["id"]:
            return
        if obj["status"] in ("incomplete", "past_due", "unpaid"):
            self.become(obj, "active", call)

    # -- end -----------------------------------------------------------------------

    def cancel(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, CANCEL)
        obj = self.get(id)
        if obj["status"] in ENDED:
            raise bad_parameter("The subscription has ended already.", "id")
        if values.get("prorate"):
            for item in self._items(obj):
                self._prorate(obj, item, call.at, -1, call)
        if values.get("invoice_now"):
            self.invoice_prorations(obj, call)
        details = values.get("cancellation_details") or {}
        obj["cancellation_details"] = {
            "comment": details.get("comment"),
            "feedback": details.get("feedback"),
            "reason": "cancellation_requested",
        }
        self.become(obj, "canceled", call)
        return self.view(obj, call)

    def end_of(self, customer: str, call: Call) -> None:
        """A customer who is deleted has no subscriptions any more."""
        for obj in self.objects.values():
            if obj["customer"] == customer and obj["status"] not in ENDED:
                self.become(obj, "canceled", call)

    def resume(self, call: Call, id: str) -> dict:  # noqa: A002
        """A subscription that stands still goes on, with a new period from now."""
        params.read(call.params, _RESUME)
        obj = self.get(id)
        if obj["status"] != "paused":
            raise bad_parameter("The subscription is not paused.", "id")
        before = clone(obj)
        obj.update(status="active", billing_cycle_anchor=call.at, status_details=None)
        self._next_period(obj, call.at)
        lines = self._lines(obj)
        self.bill(obj, "subscription_cycle", lines, call, before=before, kind="resumed")
        return self.view(obj, call)

    # -- time ----------------------------------------------------------------------

    def run_until(self, now: int, call_at) -> int:
        """Let everything happen that time has brought, in its order.

        :param call_at: moment → call
        :returns: how many things happened
        """
        done = 0
        while True:
            due = [(at, obj["id"]) for obj, at in self._due() if at <= now]
            if not due:
                return done
            at, key = min(due)
            self._happen(self.objects[key], call_at(at))
            done += 1

    def _due(self):
        """(subscription, when its next thing happens)."""
        for obj in self.objects.values():
            pause = obj["pause_collection"] or {}
            moments = [pause["resumes_at"]] if pause.get("resumes_at") else []
            if obj["status"] in RENEWED:
                moments += [m for m in (obj["_end"], obj["cancel_at"]) if m]
            elif obj["status"] == "incomplete":
                moments.append(obj["created"] + TOO_LATE)
            else:
                continue
            yield obj, min(moments)

    def _happen(self, obj: dict, call: Call) -> None:
        pause = obj["pause_collection"] or {}
        if pause.get("resumes_at") and pause["resumes_at"] <= call.at:
            before = clone(obj)
            obj["pause_collection"] = None
            return self.told(before, call)
        if obj["status"] == "incomplete":
            self.sim.resources["invoices"].void(call.having({}), obj["latest_invoice"])
            return self.become(obj, "incomplete_expired", call)
        if obj["cancel_at"] and obj["cancel_at"] <= call.at:
            return self.become(obj, "canceled", call)
        return self._renew(obj, call)

    def _renew(self, obj: dict, call: Call) -> None:
        """The next period begins, and is paid for beforehand."""
        trial = obj["status"] == "trialing"
        missing = obj["trial_settings"]["end_behavior"]["missing_payment_method"]
        if trial and missing != "create_invoice" and not obj["default_payment_method"]:
            status = {"cancel": "canceled", "pause": "paused"}[missing]
            if status == "paused":
                obj["status_details"] = {
                    "paused": {
                        "subscription": {"type": "trial_end_without_payment_method"},
                        "transitioned_at": call.at,
                        "type": "subscription",
                    }
                }
            return self.become(obj, status, call, status)
        before = clone(obj)
        if trial:
            obj["status"] = "active"
        self._next_period(obj, call.at)
        lines = self._lines(obj)
        return self.bill(obj, "subscription_cycle", lines, call, before=before)

    def _next_period(self, obj: dict, at: int) -> None:
        recurring = self._items(obj)[0]["price"]["recurring"]
        interval = recurring["interval"], recurring["interval_count"]
        self.turn(obj, *period_at(obj["billing_cycle_anchor"], *interval, at))

    def _end_of_trial(self, obj: dict, values: dict, call: Call) -> None:
        """``trial_end``: now, or another day."""
        end = values.get("trial_end")
        if not end or obj["status"] != "trialing":
            return
        at = call.at if end == "now" else int(end)
        obj.update(trial_end=at, billing_cycle_anchor=at)
        self.turn(obj, obj["_start"], at)
