# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import canonical


class IntegrationMapping(models.Model):
    """Who drafts a mapping does not put it into use."""

    _inherit = "integration.mapping"

    may_approve = fields.Boolean(compute="_compute_may_approve")
    may_withdraw = fields.Boolean(compute="_compute_may_approve")
    waits_for_approval = fields.Boolean(compute="_compute_may_approve")

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_approve(self):
        approvals = self.env["integration.approval"]
        may_write = self.has_access("write")
        for mapping in self:
            request = approvals._open_for(mapping, "publish")
            mapping.may_approve = request.may_decide
            mapping.waits_for_approval = bool(request)
            mapping.may_withdraw = bool(request) and may_write

    # === ACTION METHODS === #

    def action_submit(self):
        """Ask a second person to put this draft into use.

        :raises UserError: it is no draft, a line cannot run, or a test fails
        """
        for mapping in self:
            if mapping.state != "draft":
                raise UserError(self.env._("Only a draft can be submitted."))
            mapping.check_access("write")
            mapping._require_ready()
            self.env["integration.approval"]._request(
                mapping,
                "publish",
                mapping._governed_content(),
                self.env._("Put %(name)s into use", name=mapping.display_name),
            )
        return True

    def action_approve(self):
        """Approve the open request (a second person only)."""
        for mapping in self:
            request = self.env["integration.approval"]._open_for(mapping, "publish")
            if not request:
                raise UserError(self.env._("Nothing waits for approval here."))
            request.action_approve()
        return True

    def action_withdraw(self):
        """Take a submitted draft back."""
        self.check_access("write")
        for mapping in self:
            self.env["integration.approval"]._open_for(mapping, "publish")._withdraw()
        return True

    # === CALLED BY integration.approval === #

    def _governed_content(self) -> dict:
        """What an approval of this version covers, as plain data."""
        self.ensure_one()
        return {
            "mapping": [self.system, self.entity, self.direction, self.version],
            "lines": [line._content() for line in self.top_line_ids.sorted()],
            "value_maps": [m._version_token() for m in self.line_ids.value_map_id],
            "tests": [
                [test.name, test.sample, test.expectation, test.expected or ""]
                + [test.expected_class or "", test.expected_path or ""]
                for test in self.test_ids.sorted()
            ],
        }

    def _require_ready(self) -> None:
        """:raises UserError: a line cannot run or a test fails; names which"""
        self.ensure_one()
        self._require_sound()
        failing = self._failing_tests()
        if failing:
            raise UserError(
                self.env._(
                    "%(name)s does not pass its tests:\n%(tests)s\nMend the lines, or "
                    "take the new result as expected where it is right.",
                    name=self.display_name,
                    tests="\n".join(f"• {t.name}: {t.message}" for t in failing),
                )
            )

    def _approval_table(self, approval) -> dict:
        """What is approved: the submitted lines beside those in use.

        Value of the widget ``integration_compare``.
        """
        self.ensure_one()
        return self._diff_table(
            self._predecessor(), (approval.content or {}).get("lines")
        )

    def _content_hash(self) -> str:
        return canonical.digest(self._governed_content())

    def _approval_granted(self, approval) -> None:
        """Put this version into use; flows of the version before go over to it."""
        self.ensure_one()
        self._require_ready()  # a value map or the data format may be another by now
        self._put_into_use()

    def _approval_refused(self, approval) -> None:
        """The draft stays a draft."""
