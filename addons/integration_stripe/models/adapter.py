# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import api, models

from odoo.addons.integration_core.engine import masking
from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    BusinessRuleError,
    PermanentError,
    RateLimitedError,
    SchemaError,
    TransientError,
)

from .. import const, forms

# "Having the 'rak_customer_read' permission would allow this request to continue."
_PERMISSION = re.compile(r"'(rak_\w+?)_(read|write)'")
_LEVELS = {"read": "Read", "write": "Write"}


class IntegrationAdapterStripe(models.AbstractModel):
    """Transport: base address, key, pinned version, and what its errors mean."""

    _name = "integration.adapter.stripe"
    _inherit = "integration.adapter"
    _description = "Adapter: Stripe"

    _allowed_hosts = ("api.stripe.com",)
    _can_fetch = True

    @api.model
    def _client_headers(self, connector) -> dict:
        """Bearer key and pinned version.

        :raises engine.errors.AuthenticationError: no key is stored
        """
        return {
            "Authorization": f"Bearer {self._api_key(connector)}",
            "Stripe-Version": connector.api_version or const.API_VERSION,
        }

    @api.model
    def _api_key(self, connector) -> str:
        """The key in clear, if it is of the right kind and mode.

        :raises engine.errors.AuthenticationError: no key, or one that must not be used
        """
        credential = self.env["integration.credential"]._current(connector, "api_key")
        if not credential:
            raise AuthenticationError(
                self.env._("No API key is stored for this connector."),
                hint=self.env._("Store the key under Credentials."),
            )
        key = credential._reveal().strip()
        self._check_key(connector, key)
        return key

    @api.model
    def _check_key(self, connector, key: str) -> None:
        """Refuse a key of another kind or mode before it is sent anywhere.

        :raises engine.errors.AuthenticationError: saying which key is needed
        """
        found = const.KEY_PREFIX.match(key)
        if not found or found[1] not in const.KEY_KINDS:
            raise AuthenticationError(
                self.env._("This is not a secret or restricted key of one account."),
                hint=self.env._(
                    "Use a key that begins with sk_ or, better, a restricted key that "
                    "begins with rk_."
                ),
            )
        if (found[2] == "live") != (connector.environment == "production"):
            raise AuthenticationError(
                self.env._(
                    "This is a %(mode)s key, and the connector's environment is "
                    "“%(environment)s”.",
                    mode=found[2],
                    environment=connector.environment,
                ),
                hint=self.env._(
                    "Production needs a live key; every other environment a test key."
                ),
            )

    @api.model
    def _classify(self, response):
        """Error of an answer, None for success.

        Statuses as SDK ``_api_requestor.specific_v1_api_error`` reads them; the header
        ``Stripe-Should-Retry`` wins (SDK ``_http_client.py``). There is no
        Retry-After: our own schedule decides.
        """
        if 200 <= response.status < 300:
            return None
        body = _error_of(response)
        facts = {
            "details": {
                "status": response.status,
                "code": str(body.get("code") or "")[:100],
                "type": str(body.get("type") or "")[:100],
                "replayed": forms.is_replayed(response),
                "request_id": response.request_id,
            }
        }
        error = self._error(response.status, body, facts)
        should_retry = response.headers.get("stripe-should-retry")
        if should_retry == "false" and isinstance(error, TransientError):
            return PermanentError(error.message, **facts)
        if should_retry == "true" and isinstance(error, PermanentError):
            return TransientError(error.message, **facts)
        return error

    @api.model
    def _error(self, status: int, body: dict, facts: dict):
        """The typed error of a status and an error body."""
        code, said = body.get("code"), _said(body)
        if status == 401:
            return AuthenticationError(
                self.env._("Stripe does not accept the API key."),
                hint=self.env._(
                    "It was replaced, deleted or has expired. Store a valid key under "
                    "Credentials, then test the connection."
                ),
                **facts,
            )
        if status == 403:
            return self._permission_error(body, facts)
        if status == 402:
            return BusinessRuleError(
                self.env._("Stripe refused it: %(said)s", said=said), **facts
            )
        if code == "lock_timeout" or status == 409:
            return TransientError(
                self.env._("Stripe is working on the same object right now."), **facts
            )
        if status == 429 or (status == 400 and code == "rate_limit"):
            return RateLimitedError(self.env._("Stripe asks us to slow down."), **facts)
        if status >= 500:
            return TransientError(
                self.env._("Stripe could not answer (%(status)s).", status=status),
                **facts,
            )
        if status == 404:
            return PermanentError(
                self.env._("Stripe does not know it: %(said)s", said=said),
                hint=self.env._(
                    "It belongs to another account, or to the other mode (live or "
                    "test) of this account."
                ),
                **facts,
            )
        if 300 <= status < 400:
            return None  # the general rule names the redirect
        return PermanentError(
            self.env._("Stripe refused the request: %(said)s", said=said), **facts
        )

    @api.model
    def _permission_error(self, body: dict, facts: dict):
        """A restricted key lacks something; Stripe names it in its sentence."""
        found = _PERMISSION.search(str(body.get("message") or ""))
        if not found:
            return PermanentError(
                self.env._("The API key may not do this: %(said)s", said=_said(body)),
                **facts,
            )
        name = found[1].removeprefix("rak_").replace("_", " ").capitalize()
        return PermanentError(
            self.env._(
                "The API key lacks the permission “%(name)s: %(level)s”.",
                name=name,
                level=_LEVELS[found[2]],
            ),
            hint=self.env._(
                "Add it to the restricted key in Stripe, under Developers, API keys "
                "(%(technical)s).",
                technical=f"{found[1]}_{found[2]}",
            ),
            **facts,
        )


def _error_of(response) -> dict:
    """The ``error`` object of an answer; empty where a gateway answered instead."""
    try:
        error = response.json()["error"]
    except (SchemaError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def _said(body: dict) -> str:
    """Stripe's own sentence, short and without secrets."""
    said = str(body.get("message") or body.get("code") or "no reason given")
    return masking.mask_text(said)[:300]
