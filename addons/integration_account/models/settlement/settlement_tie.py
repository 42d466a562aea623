# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models

from ...payments import decimal_of
from .settlement import ENDED, QUIET


class Figures(NamedTuple):
    """What the transactions of one payout come to, without its own movement.

    :param expected: named by the gateway and not read yet
    :param booked: read, in the books or in the opening balance
    :param opening: of those, how many are in the opening balance
    :param alien: of another currency than the payout
    :param opening_net: what those of the opening balance come to, the payout's own too
    """

    expected: int = 0
    booked: int = 0
    opening: int = 0
    alien: int = 0
    gross: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    opening_net: Decimal = Decimal(0)


class IntegrationSettlement(models.Model):
    """Whether a payout adds up, and what state that gives it.

    In this order: every transaction is here; they come to the amount; their lines on
    the clearing account come to 0.00 and are reconciled; the bank has the money.
    """

    _inherit = "integration.settlement"

    # === WHAT ARRIVES === #

    @api.model
    def _lines_arrived(self, lines) -> None:
        """Balance transactions were booked: tie out the payouts they belong to.

        :param lines: integration.settlement.line records, just booked, in one batch
        """
        refs = lines.filtered(lambda x: x.payout_ref and not x.payout_id)
        if refs:
            self._of_refs(refs)._adopt_movements()
        payouts = (lines.settlement_id | lines.payout_id).with_env(self.env)
        payouts |= self._starved(lines)
        payouts._meet_here()
        payouts._tie()
        payouts._match_bank()

    def _meet_here(self) -> None:
        """Two transactions that bring the last parts of one payout must see each other.

        Each would find the other's part missing, and nobody would tie it out. Writing
        the row makes PostgreSQL refuse the second, which is then done again.
        """
        if self:
            self.env.cr.execute(
                "UPDATE integration_settlement SET count_booked = count_booked "
                "WHERE id = ANY(%s)",
                (sorted(self.ids),),
            )

    @api.model
    def _of_refs(self, lines):
        """The payouts that movements name as their own, by connector."""
        found = self.browse()
        for connector, group in lines.grouped("connector_id").items():
            found |= self.search(
                [
                    ("connector_id", "in", connector._of_same_account().ids),
                    ("external_id", "in", group.mapped("payout_ref")),
                ]
            )
        return found

    def _adopt_movements(self) -> None:
        """Link the movements of these payouts' own money, whichever came first.

        The movement out is part of the payout itself if it is automatic. Money that
        came back is part of a later payout, which names it.
        """
        if not self:
            return
        by_name = {
            (connector.id, payout.external_id): payout
            for owner, payouts in self.grouped("connector_id").items()
            for connector in owner._of_same_account()
            for payout in payouts
        }
        rows = self.env["integration.settlement.line"].sudo()
        rows = rows.search(
            [
                ("connector_id", "in", [connector for connector, _name in by_name]),
                ("payout_ref", "in", self.mapped("external_id")),
                ("category", "in", ("payout", "payout_reversal")),
            ]
        )
        for row in rows:
            payout = by_name.get((row.connector_id.id, row.payout_ref))
            if not payout:
                continue
            values = {}
            if row.payout_id.id != payout.id:
                values["payout_id"] = payout.id
            out = row.category == "payout"
            if out and payout.automatic and not row.settlement_id:
                values["settlement_id"] = payout.id
            if values:
                row.write(values)

    @api.model
    def _starved(self, lines):
        """Payouts by hand that the clearing account did not hold enough for."""
        waiting = [("problem", "=", "pool"), ("automatic", "=", False)]
        connectors = lines.connector_id.ids
        return self.search([*waiting, ("connector_id", "in", connectors)])

    # === STATE === #

    def _tie(self) -> None:
        """Bring totals and state up to date; reconcile what comes to 0.00.

        Repeatable: what is reconciled stays so.
        """
        figures = self._figures()
        for payout in self:
            found = figures.get(payout.id, Figures())
            state, problem = payout._tie_one(found)
            payout._keep(found, state, problem)
        if listed := self._listed_by_these():
            listed._tie()

    def _listed_by_these(self):
        """Payouts by hand that waited for a list which has tied out now."""
        done = self.filtered(lambda p: p.automatic and p.tie_state in ("tied", "bank"))
        listed = done.line_ids.payout_id - self
        return listed.filtered(lambda p: p.tie_state == "waiting")

    def _tie_one(self, figures: Figures) -> tuple[str, str]:
        """State and problem of one payout, after reconciling what can be."""
        own = self._own_movement()
        if not own or own.state == "expected" or figures.expected:
            if figures.expected and self.problem == "missing":
                return "open", "missing"
            return self._not_yet(own), ""
        if not self.automatic:
            state, problem = self._tie_by_hand(own)
        elif not self.complete:
            return "waiting", ""
        elif figures.alien or figures.net != self._amount():
            return "open", "sum"
        else:
            state, problem = self._tie_list(figures)
        if state != "tied":
            return state, problem
        return self._after_tie(own), ""

    def _not_yet(self, own) -> str:
        """Waiting; a payout that was called off before any money moved is over."""
        over = self.state in ENDED and not own and not self.count_expected
        return "failed" if over else "waiting"

    def _after_tie(self, own) -> str:
        """What became of the money once it had left the clearing account."""
        if self.state in ENDED:
            back = self.payout_line_ids.filtered(
                lambda x: x.category == "payout_reversal" and x.state != "expected"
            )
            if back:
                self._settle_return()
            return "failed" if back else "waiting"
        self._note_bank_by_person(own)
        return "bank" if self.bank_line_id else "tied"

    def _amount(self) -> Decimal:
        return decimal_of(self.amount, self.currency_id)

    def _own_movement(self):
        """The balance transaction with which the money left, if it is here."""
        lines = self.payout_line_ids.filtered(lambda x: x.category == "payout")
        return lines.sorted("id")[:1]

    def _keep(self, figures: Figures, state: str, problem: str) -> None:
        """Write what differs: the row is what two workers meet at."""
        difference = self._amount() - figures.net if self.automatic else Decimal(0)
        values = {
            "count_expected": figures.expected,
            "count_booked": figures.booked,
            "total_gross": float(figures.gross),
            "total_fee": float(figures.fee),
            "total_net": float(figures.net),
            "difference": float(difference) if figures.booked else 0.0,
            # Looked at once all are here: it would change with each of them.
            "clearing_residual": 0.0 if figures.expected else self._residual_of_lines(),
            "tie_state": state,
            "problem": problem or False,
        }
        changed = {name: v for name, v in values.items() if self[name] != v}
        if changed:
            self.sudo().with_context(**QUIET).write(changed)

    def _figures(self) -> dict:
        """Payout → :class:`Figures`, in one statement."""
        if not self:
            return {}
        self.env["integration.settlement.line"].flush_model()
        self.flush_model(["currency_id"])
        self.env.cr.execute(
            """
            SELECT l.settlement_id,
                   count(*) FILTER (WHERE l.state = 'expected'),
                   count(*) FILTER (WHERE NOT o.own AND l.state <> 'expected'),
                   count(*) FILTER (WHERE l.state = 'opening'),
                   count(*) FILTER (WHERE l.currency_id <> s.currency_id),
                   coalesce(sum(l.amount) FILTER (WHERE NOT o.own), 0)::text,
                   coalesce(sum(l.fee) FILTER (WHERE NOT o.own), 0)::text,
                   coalesce(sum(l.net) FILTER (WHERE NOT o.own), 0)::text,
                   coalesce(sum(l.net) FILTER (WHERE l.state = 'opening'), 0)::text
              FROM integration_settlement_line l
              JOIN integration_settlement s ON s.id = l.settlement_id
              CROSS JOIN LATERAL (
                   SELECT l.payout_id IS NOT DISTINCT FROM l.settlement_id
                          AND l.category = 'payout' AS own) o
             WHERE l.settlement_id = ANY(%s)
             GROUP BY l.settlement_id
            """,
            (self.ids,),
        )
        # As text: the cursor would make binary fractions of them.
        return {
            row[0]: Figures(*row[1:5], *map(Decimal, row[5:]))
            for row in self.env.cr.fetchall()
        }
