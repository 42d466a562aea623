# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS

from ... import settings
from .connector_webhook import Secret

KINDS = [
    ("api_key", "API key"),
    ("oauth_client", "OAuth client"),
    ("private_key", "Private key"),
    ("webhook_secret", "Webhook secret"),
    ("password", "Password"),
]


# A person does not change these once a secret is stored.
FIXED_FIELDS = {"connector_id", "uuid", "version", "stored_at"}
# Last use is looked up among so many messages of the connector.
NEWEST = 20000
# How long a replaced webhook secret is still accepted.
PHASE_OUT = timedelta(days=1)


class IntegrationCredential(models.Model):
    """One secret of a connector, encrypted and bound to its own row."""

    _name = "integration.credential"
    _description = "Credential"
    _order = "connector_id, kind, id desc"

    connector_id = fields.Many2one(
        "integration.connector", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    name = fields.Char(help="What this secret is, in your own words.")
    kind = fields.Selection(KINDS, required=True)
    uuid = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
    )
    value = fields.Char(
        compute="_compute_value",
        inverse="_inverse_value",
        help="Write-only: it is encrypted at once and never shown again.",
    )
    # Raw bytes, not base64: only `_reveal` reads it. Nobody reads it through the ORM.
    sealed = fields.Binary(
        attachment=False, copy=False, groups=NO_ACCESS, prefetch=False
    )
    stored_at = fields.Datetime(readonly=True, copy=False)
    version = fields.Integer(default=0, readonly=True, copy=False)
    valid_from = fields.Datetime(help="Empty: valid at once.")
    valid_to = fields.Datetime(help="Empty: valid until it is replaced.")
    is_valid = fields.Boolean(compute="_compute_is_valid")
    last_used = fields.Datetime(
        compute="_compute_last_used",
        help="When a message last matched this secret, as far as the newest messages "
        "of the connector tell. An old secret that nothing uses can be deleted.",
    )

    # === COMPUTE METHODS === #

    def _compute_value(self):
        self.value = False

    def _inverse_value(self):
        for credential in self:
            if credential.value:
                credential._seal(credential.value)

    @api.depends("valid_from", "valid_to")
    def _compute_is_valid(self):
        now = fields.Datetime.now()
        for credential in self:
            credential.is_valid = (
                not credential.valid_from or credential.valid_from <= now
            ) and (not credential.valid_to or now < credential.valid_to)

    def _compute_last_used(self):
        # Within the newest messages of the connector: a secret that none of them
        # matched would else cost a walk through all messages ever kept.
        self.env.cr.execute(
            """
            SELECT c.id, (
                SELECT n.received_at FROM (
                    SELECT credential_id, received_at FROM integration_event
                     WHERE connector_id = c.connector_id
                     ORDER BY id DESC LIMIT %s) n
                 WHERE n.credential_id = c.id LIMIT 1)
              FROM integration_credential c WHERE c.id = ANY(%s)
            """,
            (NEWEST, self.ids),
        )
        found = dict(self.env.cr.fetchall())
        for credential in self:
            credential.last_used = found.get(credential.id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        credentials = super().create(vals_list)
        credentials._check_at_rest()
        self.env.registry.clear_cache()
        return credentials

    def write(self, vals):
        if not self.env.su and FIXED_FIELDS & vals.keys():
            # Moved to a connector with another address, a key would leave the house.
            raise AccessError(self.env._("Store a new secret instead of moving one."))
        if {"value", "valid_from", "valid_to"} & vals.keys():
            self._check_at_rest()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        for credential in self:
            credential.connector_id._log(
                "configure",
                self.env._("%(kind)s removed", kind=dict(KINDS)[credential.kind]),
                actor_id=self.env.uid,
            )
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _check_at_rest(self) -> None:
        """A secret decides who is believed and which account is read, so it belongs to
        what a second person approves. Removing one needs nobody.

        :raises UserError: a person stores a secret of a connector that is at work
        """
        for connector in self.connector_id:
            if not self.env.su and connector.state in ("active", "paused"):
                raise UserError(
                    self.env._(
                        "%(name)s is at work, and its approval covers its secrets. "
                        "Suspend it first: messages still arrive and wait. Then store "
                        "the secret, test the connection and submit it again.",
                        name=connector.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _aad(self) -> str:
        """What the ciphertext is bound to: copied to another row it is worthless."""
        return f"integration.credential|{self.uuid}|value"

    def _seal(self, value: str) -> None:
        """Encrypt and store; the value is in no cache, log or tracking after it."""
        self.ensure_one()
        sealed = self.env["integration.vault"]._encrypt(value.encode(), self._aad())
        self.sudo().write(
            {
                "sealed": sealed,
                "stored_at": fields.Datetime.now(),
                "version": self.version + 1,
            }
        )
        self.connector_id._log(
            "configure",
            self.env._("%(kind)s stored", kind=dict(KINDS)[self.kind]),
            actor_id=self.env.uid,
        )

    def _reveal(self) -> str:
        """The secret in clear, for the adapter that needs it. Never log it.

        :raises UserError: no key on this server
        :raises engine.encryption.DecryptionError: altered or wrong key
        """
        self.ensure_one()
        vault = self.env["integration.vault"]
        return vault._decrypt(self._sealed_bytes(), self._aad()).decode()

    def _sealed_bytes(self) -> bytes:
        return bytes(self.sudo().with_context(bin_size=False).sealed)

    def _as_secret(self) -> Secret:
        return Secret(
            credential_id=self.id,
            sealed=self._sealed_bytes(),
            aad=self._aad(),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )

    @api.model
    def _store(self, connector, kind: str, value: str, **values):
        """Store a secret for a connector and return its record."""
        return self.create(
            dict(values, connector_id=connector.id, kind=kind, value=value)
        )

    @api.model
    def _phase_out(self, connector, kind: str) -> None:
        """Let the present secrets of a kind end in a day: what the peer signed with
        them before is still on its way."""
        ending = fields.Datetime.now() + PHASE_OUT
        present = self.search(
            [("connector_id", "=", connector.id), ("kind", "=", kind)]
        ).filtered(lambda c: c.is_valid and not c.valid_to)
        present.write({"valid_to": ending})

    @api.model
    def _current(self, connector, kind: str):
        """The newest valid credential of a kind, or an empty recordset."""
        return (
            self.sudo()
            .search([("connector_id", "=", connector.id), ("kind", "=", kind)])
            .filtered(lambda c: c.is_valid and c.sealed)[:1]
        )

    @api.autovacuum
    def _gc_rotate_keys(self):
        """Daily: bring what an older key encrypted over to the active one."""
        if settings.key_ring() is not None:
            self._rotate_keys()

    @api.model
    def _rotate_keys(self, limit: int = 1000) -> int:
        """Encrypt with the active key what an older key encrypted.

        :return: how many credentials were encrypted again
        """
        ring = self.env["integration.vault"]._ring()
        rotated = 0
        for credential in self.sudo().search([], limit=limit):
            token = credential._sealed_bytes() if credential.sealed else b""
            if token and ring.needs_rotation(token):
                clear = ring.decrypt(token, credential._aad())
                credential.sealed = ring.encrypt(clear, credential._aad())
                rotated += 1
        return rotated
