# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ... import settings

STATES = [
    ("draft", "Set-up"),
    ("review", "Waiting for approval"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("suspended", "Suspended"),
    ("retired", "Retired"),
]
# What an approval covers: changing one of these on a running connector would make it
# something else than what the second person agreed to.
GOVERNED_FIELDS = (
    "system",
    "environment",
    "company_id",
    "base_url",
    "api_version",
    "account_ref",
    "service_user_id",
    "start_date",
)
# Set by the system alone; people reach them through the buttons.
GUARDED_FIELDS = (
    "state",
    "account_ref",
    "tested_at",
    "webhook_token",
    "webhook_remote_id",
    "catch_up_until",
)


class IntegrationConnector(models.Model):
    """One connected instance of an outside system.

    An adapter addon adds its system with ``selection_add`` on :attr:`system` and an
    abstract model ``integration.adapter.<system>``; nothing else in core changes.
    """

    _name = "integration.connector"
    _description = "Connector"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    system = fields.Selection(
        selection=[],
        required=True,
        help="The kind of system at the other end.",
    )
    environment = fields.Selection(
        selection=settings.ENVIRONMENTS,
        required=True,
        default=lambda self: settings.current_environment(),
        tracking=True,
        help="The connector works only on a server of the same environment "
        "(integration_environment in odoo.conf). A copied database stays still.",
    )
    environment_matches = fields.Boolean(compute="_compute_environment_matches")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        STATES, required=True, default="draft", index=True, copy=False, tracking=True
    )
    state_reason = fields.Char(
        copy=False, readonly=True, help="Why the connector is in this state."
    )
    base_url = fields.Char(
        string="Address",
        tracking=True,
        help="Where the system's API is reached. Filled with the vendor's address; "
        "change it only for a test stand-in.",
    )
    api_version = fields.Char(
        string="API version",
        tracking=True,
        help="Version of the system's API that requests and messages are pinned to.",
    )
    account_ref = fields.Char(
        string="Account",
        copy=False,
        readonly=True,
        tracking=True,
        help="The system's own id of the account, filled by Test connection. "
        "A message that names another account is set aside.",
    )
    account_name = fields.Char(copy=False, readonly=True)
    tested_at = fields.Datetime(string="Tested", copy=False, readonly=True)
    webhook_token = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        default=lambda self: self._new_token(),
        groups="integration_core.group_manager",
    )
    webhook_url = fields.Char(
        string="Webhook address",
        compute="_compute_webhook_url",
        groups="integration_core.group_manager",
        help="Where the system sends its messages.",
    )
    webhook_remote_id = fields.Char(
        string="Webhook at the system",
        copy=False,
        readonly=True,
        help="The system's id of the webhook that was registered for this connector.",
    )
    webhook_checked_at = fields.Datetime(copy=False, readonly=True)
    webhook_problem = fields.Char(
        copy=False,
        readonly=True,
        help="What the last check of the webhook at the system found wrong.",
    )
    service_user_id = fields.Many2one(
        "res.users",
        string="Technical user",
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="The work is done with the rights of this user and of the connector's "
        "company only. It has no password and cannot log in.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who is told when the connector needs a person.",
    )
    region = fields.Char(help="Where the system keeps its data, for example EU.")
    start_date = fields.Date(
        tracking=True,
        help="Documents older than this are linked but never posted.",
    )
    review_date = fields.Date(help="When somebody looks at this connector again.")
    max_body_size = fields.Integer(
        string="Largest message (bytes)",
        default=262144,
        help="A larger message is refused with the answer 413.",
    )
    signature_tolerance = fields.Integer(
        string="Clock tolerance (seconds)",
        default=300,
        help="How far the time in a signature may be from this server's clock.",
    )
    max_rate = fields.Integer(
        string="Most messages a second",
        default=0,
        help="For each web worker. Beyond it the system is asked to come back a little "
        "later (answer 429), and no message is lost. 0: no limit.",
    )
    drain_count = fields.Integer(
        string="Parallel workers",
        default=2,
        help="How many jobs may work on this connector's messages at once. "
        "The messages of one object always stay in order.",
    )
    credential_ids = fields.One2many("integration.credential", "connector_id")
    flow_ids = fields.One2many("integration.flow", "connector_id")

    _webhook_token_uniq = models.UniqueIndex("(webhook_token)")
    _drain_count_range = models.Constraint(
        "CHECK (drain_count BETWEEN 1 AND 16)",
        "Parallel workers must be between 1 and 16.",
    )
    _limits_range = models.Constraint(
        "CHECK (max_rate >= 0 AND max_body_size > 0 "
        "AND signature_tolerance BETWEEN 1 AND 3600)",
        "The largest message must be more than 0 bytes, the clock tolerance between 1 "
        "and 3600 seconds, the most messages a second 0 or more.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _new_token(self) -> str:
        """256 random bits: the webhook path cannot be guessed."""
        return secrets.token_urlsafe(32)

    @api.depends("environment")
    def _compute_environment_matches(self):
        current = settings.current_environment()
        for connector in self:
            connector.environment_matches = connector.environment == current

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        for connector in self:
            connector.webhook_url = (
                f"{base.rstrip('/')}/integration/webhook/{connector.webhook_token}"
            )

    @api.onchange("system", "environment")
    def _onchange_system(self):
        for connector in self.filtered("system"):
            defaults = connector._adapter()._connector_defaults(connector)
            for name, value in defaults.items():
                connector[name] = value

    # === CONSTRAINTS === #

    @api.constrains("service_user_id", "company_id")
    def _check_service_user(self):
        for connector in self.sudo():
            user = connector.service_user_id
            if user and connector.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "The technical user %(user)s may not work in %(company)s. "
                        "Allow that company on the user, or choose another user.",
                        user=user.name,
                        company=connector.company_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                for name in GUARDED_FIELDS:
                    vals.pop(name, None)
        vals_list = self._with_own_defaults(vals_list, GUARDED_FIELDS)
        connectors = super().create(vals_list)
        for connector in connectors:
            defaults = connector._adapter()._connector_defaults(connector)
            connector.sudo().write(
                {k: v for k, v in defaults.items() if not connector[k]}
            )
        self.env.registry.clear_cache()
        return connectors

    def write(self, vals):
        if not self.env.su:
            self._check_guarded(vals)
        result = super().write(vals)
        # The webhook gate of every worker is read from a cache.
        self.env.registry.clear_cache()
        return result

    def _check_guarded(self, vals: dict) -> None:
        """Refuse what would go round the buttons or an approval.

        :raises AccessError: a field only the system sets
        :raises UserError: a governed field of a connector that is at work
        """
        for name in GUARDED_FIELDS:
            if name in vals:
                raise AccessError(
                    self.env._(
                        "%(field)s is set by the system. Use the buttons of the "
                        "connector: Test connection, Submit, Approve, Suspend.",
                        field=self._fields[name].get_description(self.env)["string"],
                    )
                )
        if vals.keys() & {"system", "company_id"}:
            # What was exchanged belongs to that system and that company.
            self._unlink_except_used()
        if vals.keys() & set(self._governed_fields()):
            self._require_standstill()

    @api.model
    def _governed_fields(self) -> tuple[str, ...]:
        """Fields that an approval covers; a domain addon adds its own.

        What it adds belongs into :meth:`_governed_content` as well.
        """
        return GOVERNED_FIELDS

    def _require_standstill(self) -> None:
        """:raises UserError: one of them is at work, as a second person approved it"""
        for connector in self.filtered(lambda c: c.state in ("active", "paused")):
            raise UserError(
                self.env._(
                    "%(name)s is at work, and its approval covers this setting. "
                    "Suspend it first, change it, then submit it again.",
                    name=connector.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        events = self.env["integration.event"].sudo()
        for connector in self:
            if events.search_count([("connector_id", "=", connector.id)], limit=1):
                raise UserError(
                    self.env._(
                        "%(name)s has exchanged messages, and their history is kept. "
                        "Retire it instead.",
                        name=connector.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _adapter(self):
        """The adapter of this connector's system (an abstract model, no record)."""
        self.ensure_one()
        return self.env[f"integration.adapter.{self.system}"]

    def _client(self):
        """A governed HTTP client for this connector's peer.

        :rtype: engine.http_client.GovernedClient
        """
        self.ensure_one()
        return self._adapter()._client(self)

    def _log(self, operation: str, message: str, **values):
        """Write one line into the sync log for this connector itself."""
        self.ensure_one()
        self.env["integration.job.log"]._append(
            self,
            [dict({"operation": operation, "message": message}, **values)],
        )
