# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo import fields, models


class IntegrationReconciliationSignature(models.Model):
    """What somebody signed, word for word. Append-only.

    A trigger of the database refuses UPDATE, DELETE and TRUNCATE. The content is JSON
    text with everything that was on the screen, and its hash.
    """

    _name = "integration.reconciliation.signature"
    _description = "Sign-off of a Reconciliation"
    _order = "id desc"
    _log_access = False
    _rec_name = "user_name"

    create_date = fields.Datetime("Signed at", required=True, readonly=True)
    run_id = fields.Many2one(
        "integration.reconciliation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", "Signed by", required=True, readonly=True, ondelete="restrict"
    )
    user_name = fields.Char("Name", required=True, readonly=True)
    statement = fields.Text(required=True, readonly=True)
    content = fields.Text(required=True, readonly=True)
    content_hash = fields.Char("Seal", required=True, readonly=True)

    def init(self):
        """Make the table append-only; runs at install and at every upgrade."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION integration_signature_guard() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'what was signed is append-only (%)', TG_OP
                    USING ERRCODE = 'insufficient_privilege';
            END $$;
            CREATE OR REPLACE TRIGGER integration_signature_rows
                BEFORE UPDATE OR DELETE ON integration_reconciliation_signature
                FOR EACH ROW EXECUTE FUNCTION integration_signature_guard();
            CREATE OR REPLACE TRIGGER integration_signature_truncate
                BEFORE TRUNCATE ON integration_reconciliation_signature
                FOR EACH STATEMENT EXECUTE FUNCTION integration_signature_guard();
            ALTER TABLE integration_reconciliation_signature
                ENABLE ALWAYS TRIGGER integration_signature_rows,
                ENABLE ALWAYS TRIGGER integration_signature_truncate;
            """
        )

    def _data(self) -> dict:
        """What was signed, as plain data."""
        self.ensure_one()
        return json.loads(self.content)
