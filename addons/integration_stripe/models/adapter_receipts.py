# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine import strict_json
from odoo.addons.integration_core.engine.errors import SchemaError

from .. import shapes

# A card is charged within this time, and then the charge's own time is good enough.
AT_ONCE = 3600  # seconds


class IntegrationAdapterStripe(models.AbstractModel):
    """When the money of a charge was received.

    ``charge.succeeded`` and the balance transaction say it; the charge itself knows
    only when it was made, which is days earlier for a bank debit.
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _lacks_payment(self, item) -> bool:
        """Whether a charge must be read to know the day it is booked on.

        Its balance transaction brings ``charge.updated`` in the second of
        ``charge.succeeded``, and of the two the newer one counts.
        """
        if item.source_type != "charge.updated":
            return False
        try:
            event = strict_json.loads(item.body)
        except SchemaError:
            return False  # not opened yet; the core asks again
        charge = shapes.part(event, "data", "object")
        times = (event.get("created"), charge.get("created"))
        if charge.get("status") != "succeeded" or not all(
            isinstance(moment, int) for moment in times
        ):
            return False
        expanded = isinstance(charge.get("balance_transaction"), dict)
        return not expanded and times[0] - times[1] > AT_ONCE
