# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...const import ATTENTION_STATES
from .match_review import UNFINISHED


class IntegrationMatchReview(models.Model):
    """Questions follow a merge, and a merge at the peer may be one."""

    _inherit = "integration.match.review"

    @api.model
    def _carry_over(self, sources, target) -> None:
        """Records became one in Odoo: what was asked about them may be answered."""
        self._carry_decisions(sources, target)
        candidates = (
            self.env["integration.match.candidate"]
            .sudo()
            .search(
                [
                    ("res_id", "in", sources.ids),
                    ("review_id.model", "=", target._name),
                    ("review_id.state", "=", "open"),
                ]
            )
        )
        for review in candidates.review_id:
            merged = review.candidate_ids.filtered(
                lambda c: c.res_id in (*sources.ids, target.id)
            )
            merged[0].res_id = target.id
            merged[1:].unlink()
            review.candidate_total -= len(merged) - 1
            if review.candidate_total == 1:
                review._look_again()

    @api.model
    def _carry_decisions(self, sources, target) -> None:
        self.sudo().search(
            [
                ("model", "=", target._name),
                ("res_id", "in", sources.ids),
                ("state", "in", UNFINISHED),
            ]
        ).res_id = target.id

    def _look_again(self) -> None:
        """One candidate is left: the message is matched anew, by the rules."""
        for review in self.sudo():
            if review.kind == "merge":
                review._close("done")
            elif review.event_id.exists().state in ATTENTION_STATES:
                review.event_id.action_retry()

    @api.model
    def _ask_to_merge(self, connector, item, merged) -> None:
        """The peer made one of two objects; in Odoo they are still two records.

        :param item: the message that said so
        :param merged: answer of ``integration.external.id._alias``
        """
        self._settle(connector, [item])
        values = {
            "connector_id": connector.id,
            "kind": "merge",
            "entity": item.entity,
            "external_id": item.external_id,
            "event_id": item.event_id,
            "model": merged.model,
            "reason": self.env._(
                "%(loser)s was merged into %(winner)s there. In Odoo they are still "
                "two records.",
                loser=item.external_id,
                winner=item.source.merged_into,
            ),
            "money": connector._moves_money(),
            "user_id": connector.user_id.id,
            "candidate_total": 2,
            "candidate_ids": [
                (0, 0, {"res_id": res_id, "sequence": number})
                for number, res_id in enumerate((merged.res_id, merged.apart))
            ],
        }
        self.sudo().with_context(tracking_disable=True).create(values)
