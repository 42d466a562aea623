# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools.misc import format_amount


class IntegrationEntityCustomer(models.AbstractModel):
    """What hangs on a customer, for a person who compares two of them."""

    _inherit = "integration.entity.customer"

    @api.model
    def _match_facts(self, records) -> list[tuple]:
        """Override of `integration.entity.upsert`: invoices and what is open.

        Left out for people who may not read invoices.
        """
        facts = super()._match_facts(records)
        moves = self.env["account.move"]
        if not moves.has_access("read"):
            return facts
        company = records.env.company
        groups = moves._read_group(
            [
                ("commercial_partner_id", "in", records.commercial_partner_id.ids),
                ("company_id", "child_of", company.id),
                ("move_type", "in", moves.get_sale_types(include_receipts=True)),
                ("state", "=", "posted"),
            ],
            ["commercial_partner_id"],
            ["__count", "amount_residual_signed:sum"],
        )
        found = {partner: (count, total) for partner, count, total in groups}
        counts, balances = {}, {}
        for record in records:
            count, total = found.get(record.commercial_partner_id, (0, 0.0))
            counts[record.id] = str(count)
            balances[record.id] = format_amount(self.env, total, company.currency_id)
        return [
            *facts,
            (self.env._("Invoices"), counts),
            (self.env._("Open balance"), balances),
        ]
