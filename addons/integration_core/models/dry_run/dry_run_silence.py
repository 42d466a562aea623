# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from .dry_run import is_dry


class IrMailServer(models.Model):
    """Nothing is mailed in a dry run."""

    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):  # noqa: PLW3201
        """Override of `base`: no connection, as during tests."""
        if is_dry(self.env):
            return None
        return super()._connect__(*args, **kwargs)

    @api.model
    def send_email(self, message, *args, **kwargs):
        """Override of `base`: as if it had been sent."""
        if is_dry(self.env):
            return message["Message-Id"]
        return super().send_email(message, *args, **kwargs)


class IrAttachment(models.Model):
    """A file would stay when the transaction is rolled back."""

    _inherit = "ir.attachment"

    @api.model
    def _storage(self):
        """Override of `base`: in a dry run files lie in the database."""
        return "db" if is_dry(self.env) else super()._storage()

    def _mark_for_gc(self, fname):
        """Override of `base`: a file that is not really given up stays unmarked."""
        return None if is_dry(self.env) else super()._mark_for_gc(fname)
