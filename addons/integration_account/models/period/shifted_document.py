# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integration_core.fields import LooseMany2one

from ..connector.account_journal import PERIOD_POLICIES

STATES = [
    ("waiting", "Waits for your decision"),
    ("kept", "Keeps waiting"),
    ("approved", "To be booked"),
    ("booked", "Booked on another day"),
    ("own", "Booked on its own day"),
    ("dropped", "No longer needed"),
]
# Nothing of these is booked yet.
OPEN_STATES = ("waiting", "kept", "approved")
LOCKS = [
    ("fiscalyear_lock_date", "Global lock"),
    ("tax_lock_date", "Tax return lock"),
    ("sale_lock_date", "Sales lock"),
    ("purchase_lock_date", "Purchases lock"),
    ("hard_lock_date", "Hard lock"),
]
# No line "created", nobody subscribed: a batch may bring a hundred of them.
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}
KINDS = [
    ("post", "Document"),
    ("pay", "Payment"),
    ("reverse", "Reversal"),
    ("write_off", "Write-off"),
    ("reconcile", "Entry of a reconciliation"),
]


class IntegrationShiftedDocument(models.Model):
    """One entry that Odoo would book, or has booked, on another day than its own.

    One row for each entry of an outside object. Rows are written by the period guard;
    people decide about those that wait (`shifted_decision.py`).
    """

    _name = "integration.shifted.document"
    _description = "Shifted Document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    # Whoever reads the list may comment on it; nobody writes it.
    _mail_post_access = "read"
    _order = "wanted_date desc, id desc"
    _rec_name = "title"

    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    entity = fields.Char(required=True, readonly=True)
    external_id = fields.Char(
        required=True, readonly=True, string="Object there", help="The document's id."
    )
    object_id = fields.Char(
        readonly=True,
        help="The object whose message brought it; a payment is spoken of by several.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="post")
    title = fields.Char(required=True, readonly=True, string="Document")
    event_id = LooseMany2one("integration.event", readonly=True, string="Message")
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Booked as"
    )
    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="restrict"
    )
    wanted_date = fields.Date(required=True, readonly=True, string="Its own day")
    booked_date = fields.Date(
        readonly=True,
        string="Booked on",
        help="While it waits: the day on which Odoo would book it. Empty: no day is "
        "open.",
    )
    other_month = fields.Boolean(
        compute="_compute_other_month", store=True, string="In another month"
    )
    has_tax = fields.Boolean(readonly=True)
    lock = fields.Selection(LOCKS, readonly=True, string="Locked by")
    lock_date = fields.Date(readonly=True, string="Locked until")
    # No sum: a list may hold several currencies.
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)
    policy = fields.Selection(
        PERIOD_POLICIES, required=True, readonly=True, string="Rule of the journal"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="waiting", index=True
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    reason = fields.Char(readonly=True)

    _entry_uniq = models.UniqueIndex(
        "(connector_id, entity, external_id, kind)",
        "This entry is in the list already.",
    )
    # What a batch asks for: which of its documents waited.
    _open_objects = models.Index(
        "(connector_id, entity, object_id) WHERE state IN "
        "('waiting', 'kept', 'approved')"
    )

    # === COMPUTE METHODS === #

    @api.depends("wanted_date", "booked_date")
    def _compute_other_month(self):
        for row in self:
            booked, wanted = row.booked_date, row.wanted_date
            row.other_month = bool(
                booked
                and wanted
                and (booked.year, booked.month) != (wanted.year, wanted.month)
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._require_system()
        return super().create(vals_list)

    def write(self, vals):
        if any(not name.startswith(("activity_", "message_")) for name in vals):
            self._require_system()
        return super().write(vals)

    def unlink(self):
        self._require_system()
        return super().unlink()

    def _require_system(self) -> None:
        """:raises UserError: a person tries to write what the guard found"""
        if not self.env.su:
            raise UserError(
                self.env._("The list is kept by the system. Decide with its buttons.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, connector, keys: set) -> dict:
        """(entity, external id, kind) → row, for those of the keys that have one."""
        if not keys:
            return {}
        rows = self.sudo().search(
            [
                ("connector_id", "=", connector.id),
                ("entity", "in", list({entity for entity, _id, _kind in keys})),
                ("external_id", "in", list({name for _entity, name, _kind in keys})),
            ]
        )
        found = {(row.entity, row.external_id, row.kind): row for row in rows}
        return {key: found[key] for key in keys if key in found}

    @api.model
    def _put(self, connector, values: list[dict]):
        """Write rows, new ones in one statement; a known entry is brought up to date.

        :param values: dicts of this model's fields without connector and company
        :return: the rows, in the order of the values
        """
        keys = [(v["entity"], v["external_id"], v["kind"]) for v in values]
        known = self._find(connector, set(keys))
        fresh = {
            key: dict(
                row, connector_id=connector.id, company_id=connector.company_id.id
            )
            for key, row in zip(keys, values, strict=True)
            if key not in known
        }
        created = self.sudo().with_context(**QUIET).create(list(fresh.values()))
        found = dict(zip(fresh, created, strict=True)) | known
        for key, row in zip(keys, values, strict=True):
            if key in known:
                known[key].write(known[key]._brought_up_to_date(row))
        return self.sudo().concat(*(found[key] for key in keys))

    def _brought_up_to_date(self, values: dict) -> dict:
        """New values of a known entry; what somebody decided is not asked again.

        It is asked again when the day that was chosen is locked meanwhile.
        """
        if values["state"] != "waiting":
            return values
        if self.state == "kept":
            return dict(values, state="kept")
        return dict(values, decided_by=False, decided_on=False, reason=False)

    @api.model
    def _drop(self, connector, objects: set) -> None:
        """Objects whose message came to a good end: what still waits is not needed.

        :param objects: (entity, external id of the object) of finished messages
        """
        rows = self.sudo().search(
            [
                ("connector_id", "=", connector.id),
                ("state", "in", OPEN_STATES),
                ("object_id", "in", [name for _entity, name in objects]),
            ]
        )
        rows = rows.filtered(lambda row: (row.entity, row.object_id) in objects)
        if rows:
            rows.state = "dropped"
            rows._refresh_activities()
