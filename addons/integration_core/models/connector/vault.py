# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError

from ... import settings
from ...engine.encryption import KeyRing


class IntegrationVault(models.AbstractModel):
    _name = "integration.vault"
    _description = "Encryption of secrets and message bodies"

    @api.model
    def _ring(self) -> KeyRing:
        """The key ring of this server.

        :raises UserError: no key is configured; the message names the option to set
        """
        ring = settings.key_ring()
        if ring is None:
            option = settings.keys_option()
            raise UserError(
                self.env._(
                    "This server has no encryption key for the environment "
                    "“%(environment)s”. Set %(option)s in odoo.conf, or the "
                    "environment variable %(variable)s, to a value such as "
                    "“key1:<32 random bytes in base64>”, then restart Odoo.",
                    environment=settings.current_environment(),
                    option=option,
                    variable=option.upper(),
                )
            )
        return ring

    @api.model
    def _encrypt(self, data: bytes, aad: str) -> bytes:
        """Encrypt ``data``; ``aad`` binds it to its row: model, uuid and field."""
        return self._ring().encrypt(data, aad)

    @api.model
    def _decrypt(self, token: bytes, aad: str) -> bytes:
        """Reverse of :meth:`_encrypt`.

        :raises engine.encryption.DecryptionError: altered, or moved from another row
        :raises engine.encryption.MissingKeyError: its key is no longer configured
        """
        return self._ring().decrypt(bytes(token), aad)
