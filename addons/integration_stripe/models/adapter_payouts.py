# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine import strict_json
from odoo.addons.integration_core.engine.errors import SchemaError

from .. import const, shapes

PAYOUT = {
    "object": str,
    "amount": int,
    "currency": str,
    "status": str,
    "created": int,
    "arrival_date": int,
    "automatic": bool,
    "method": str,
    "reconciliation_status": str,
    "trace_id": {"status": str, "value": str},
    "statement_descriptor": str,
    "failure_code": str,
    "failure_message": str,
    "livemode": bool,
    "metadata": dict,
}
COMPLETED = "completed"


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: payouts, and which balance transactions each is made of.

    Stripe says that of automatic ones only, once ``reconciliation_status`` is completed
    (docs.stripe.com/payouts/reconciliation), and in no message: then it is read.
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _normal_payout(self, record, path: str) -> dict:
        """{id, amount, status, created_at, arrival_date, automatic, method, complete,
        transactions, reference, descriptor, failure_reason, metadata}.

        ``transactions``: ids of all balance transactions in it, its own too; None where
        Stripe does not say, or where the payout was not read.

        :raises engine.errors.SchemaError: another object, or a field of a wrong type
        """
        self._check_object(record, "payout", PAYOUT, path)
        found = record.get("transactions")
        complete = bool(_is_complete(record) and found is not None)
        return {
            "id": record["id"],
            "amount": shapes.money(record.get("amount"), record.get("currency")),
            "status": record.get("status"),
            "created_at": record.get("created"),
            "arrival_date": record.get("arrival_date"),
            "automatic": record.get("automatic"),
            "method": record.get("method"),
            "complete": complete,
            "transactions": found if complete else None,
            "reference": shapes.part(record, "trace_id").get("value"),
            "descriptor": record.get("statement_descriptor"),
            "failure_reason": record.get("failure_message")
            or record.get("failure_code"),
            "metadata": record.get("metadata") or {},
        }

    @api.model
    def _complete_payout(self, client, record: dict) -> None:
        """Read what an automatic payout is made of, as soon as Stripe knows it."""
        if not _is_complete(record):
            return
        path = const.PATHS["balance_transaction"][0]
        data = self._all_pages(client, path, {"payout": record["id"]})
        # Oldest first, in whatever order the list came: equal content, equal digest.
        record["transactions"] = sorted(one["id"] for one in data)

    @api.model
    def _lacks_payout(self, item) -> bool:
        """Whether the list of its transactions is final, and must be read."""
        try:
            event = strict_json.loads(item.body)
        except SchemaError:
            return False  # not opened yet; the core asks again
        return _is_complete(shapes.part(event, "data", "object"))


def _is_complete(record: dict) -> bool:
    return (
        record.get("automatic") is True
        and record.get("reconciliation_status") == COMPLETED
    )
