# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models
from odoo.exceptions import UserError

from .common import button


class IntegrationEvent(models.Model):
    """From what stops a message to the place where it is solved, in one click.

    An error that has a solution names its cause as ``<kind>:<rest>`` in
    ``details["cause"]``; the exception keeps it. A domain addon adds its kinds in
    :meth:`_solutions`.
    """

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Kind of a cause → (label of the button, method that takes the rest of it).

        The method returns an action; it runs with the rights of the person.
        """
        return {
            "value_map": (self.env._("Map now"), self._solve_value_map),
            "no_flow": (self.env._("Open flows"), self._solve_no_flow),
            "missing": (self.env._("Look for it again"), self._solve_missing),
        }

    def _solution_button(self) -> dict | None:
        """The button of what stops this message; None where nobody knows one."""
        kind = (self.exception_id.cause or "").partition(":")[0]
        if kind not in self._solutions():
            return None
        return button(self._solutions()[kind][0], "action_solve")

    def _cause_buttons(self) -> list[dict]:
        """Where several wait for the same reason, all of them can be tried at once."""
        buttons = [] if self._seems_solved() else super()._cause_buttons()
        count = self.same_cause_count
        if count > 1 and self._may_operate():
            label = self.env._("Preview all %(count)s", count=count)
            buttons.append(button(label, "action_preview_same_cause"))
        return buttons

    def _notice_attention(self) -> dict:
        found = super()._notice_attention()
        if self._seems_solved():
            found["next"] = self.env._("This seems to be solved by now: retry.")
        return found

    def _seems_solved(self) -> bool:
        """Whether what the cause names is there by now, so that a retry may pass.

        A domain addon may add the kinds it knows. Where nobody can tell it is False.
        """
        kind, _colon, rest = (self.exception_id.cause or "").partition(":")
        if kind != "value_map":
            return False
        code, _colon, value = rest.partition(":")
        lines = self.env["integration.value.map.line"].search(
            [
                ("map_id.code", "=", code),
                ("external_value", "=", value),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        return bool(lines.filtered("canonical_value") | lines._in_force())

    def action_preview_same_cause(self):
        """Try everything that waits for the same reason; nothing is written."""
        self.ensure_one()
        return self.exception_id.action_preview_same_cause()

    def action_solve(self):
        """Open the place where the cause of this message's problem is solved.

        :raises UserError: the problem is gone, or nothing is known to solve it
        """
        self.ensure_one()
        kind, _colon, rest = (self.exception_id.cause or "").partition(":")
        if kind not in self._solutions():
            raise UserError(
                self.env._("Nothing blocks this message any more. Press Retry.")
            )
        return self._solutions()[kind][1](rest)

    def _solve_value_map(self, rest: str):
        code, _colon, value = rest.partition(":")
        found = self.env["integration.value.map"].search(
            [
                ("code", "=", code),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            order="company_id",
            limit=1,
        )
        return found.with_context(integration_value=value).action_map_value()

    def _solve_missing(self, _reference: str):
        return self.action_retry()

    def _solve_no_flow(self, _entity: str):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Flows"),
            "res_model": "integration.flow",
            "view_mode": "list,form",
            "domain": [("connector_id", "=", self.connector_id.id)],
            "context": {"default_connector_id": self.connector_id.id},
        }
