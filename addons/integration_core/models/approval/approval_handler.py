# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationApprovalHandler(models.AbstractModel):
    """What an approval of one action covers, and what follows from the decision.

    An action with rules of its own has a model ``integration.approval.<action>`` that
    inherits this one; nothing has to be registered. Every other action is the business
    of the record's model, which then implements ``_content_hash()``,
    ``_approval_granted(approval)`` and ``_approval_refused(approval)``, and may
    implement ``_approval_barred()`` (users that made what is approved).

    All hooks run in the environment of the person who decides; on expiry, of the
    system.
    """

    _name = "integration.approval.handler"
    _description = "What an approval covers"

    @api.model
    def _content_hash(self, record, content: dict) -> str:
        """Hash of what is approved, as it is now; a later edit gives another one.

        :param content: what was handed to :meth:`integration.approval._request`
        """
        return record._content_hash()

    @api.model
    def _granted(self, record, approval) -> None:
        """A second person said yes: do it.

        :raises UserError: it cannot be done any more; then nothing was decided
        """
        record._approval_granted(approval)

    @api.model
    def _refused(self, record, approval) -> None:
        """It does not happen: refused, withdrawn or expired (``approval.state``).

        :param record: empty when it was deleted meanwhile
        """
        if record:
            record._approval_refused(approval)

    @api.model
    def _barred(self, record, approval):
        """Users who may not decide besides the one who asked: who drafted it."""
        hook = "_approval_barred"
        if record and hasattr(record, hook):
            return getattr(record, hook)()
        return self.env["res.users"]

    @api.model
    def _still_wanted(self, record, approval) -> bool:
        """Whether the decision still changes anything; else it is withdrawn."""
        return bool(record)

    @api.model
    def _content_table(self, approval) -> dict | None:
        """What is approved as value of the widget ``integration_compare``.

        None: a row for each key of the content.
        """
        return None
