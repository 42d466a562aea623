# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
import uuid
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    IntegrationError,
    PermanentError,
    SchemaError,
    TransientError,
    UnknownOutcomeError,
)
from odoo.addons.integration_core.engine.masking import masked_logger
from odoo.addons.integration_core.messages import Identity, Registration

from .. import const

_logger = masked_logger(__name__)

ENDPOINTS = "/v1/webhook_endpoints"
REGISTER_ATTEMPTS = 3
# Event types that a sentence about the webhook names.
SHOWN_TYPES = 5


class IntegrationAdapterStripe(models.AbstractModel):
    """Set-up: key and account, the webhook endpoint, what is still missing."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _connector_defaults(self, connector) -> dict:
        return {"base_url": const.BASE_URL, "api_version": const.API_VERSION}

    @api.model
    def _activation_gaps(self, connector) -> list[str]:
        """Override of `integration.adapter`: a key, a secret, https in production."""
        gaps = []
        credentials = self.env["integration.credential"]
        if not credentials._current(connector, "api_key"):
            gaps.append(self.env._("Key: store the API key of Stripe."))
        if not credentials._current(connector, "webhook_secret"):
            gaps.append(self.env._("Webhook: press Register webhook."))
        url = connector.sudo().webhook_url or ""
        if connector.environment == "production" and not url.startswith("https://"):
            gaps.append(
                self.env._(
                    "Webhook address: Stripe sends live messages to https only. Set "
                    "the address of this Odoo (web.base.url) to https."
                )
            )
        return gaps

    # === ACCOUNT === #

    @api.model
    def _test_connection(self, connector) -> Identity:
        """Whose key it is, and whether it may read what the connector's flows bring.

        :raises engine.errors.IntegrationError: refused, or a key of the wrong kind
        """
        with self._client(connector) as client:
            account = client.request("GET", "/v1/account").json()
            self._require(account, "id")
            for entity in self._wanted_entities(connector):
                for path in self._lists(connector, entity):
                    client.request("GET", path, params={"limit": 1})
        return Identity(account["id"], _account_name(account))

    @api.model
    def _wanted_entities(self, connector) -> list[str]:
        """What the flows bring; customers, as long as there are no flows."""
        wanted = set(connector.sudo().flow_ids.mapped("entity"))
        return [entity for entity in const.PATHS if entity in wanted] or ["customer"]

    # === WEBHOOK ENDPOINT === #

    @api.model
    def _register_webhook(self, connector) -> Registration:
        """Create a webhook endpoint with the pinned version; its secret comes once.

        It subscribes to all we understand, also where no flow wants it yet: a flow that
        is added later must not wait for somebody to register again.

        Endpoints with our address that are left over (an answer was lost, somebody
        registered again) are removed afterwards: nobody can read their secrets.

        :raises engine.errors.IntegrationError: refused, or no answer
        """
        url = connector.sudo().webhook_url
        form = {
            "url": url,
            "api_version": connector.api_version or const.API_VERSION,
            "description": f"Odoo: {connector.name}",
            "enabled_events[]": list(const.HANDLED_EVENTS),
        }
        with self._client(connector) as client:
            endpoint = self._create_endpoint(client, form)
            self._require(endpoint, "id", "secret")
            self._remove_leftovers(client, url, endpoint["id"])
        return Registration(endpoint["id"], endpoint["secret"])

    @api.model
    def _create_endpoint(self, client, form: dict) -> dict:
        """Repeated with one idempotency key, so that a lost answer comes again.

        The key ends with this call: a kept 500 must not answer the next attempt of a
        person (docs.stripe.com/api/idempotent_requests).
        """
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = client.request(
                    "POST", ENDPOINTS, data=form, headers=headers, read=False
                )
                return answer.json()
            except (TransientError, UnknownOutcomeError):
                if attempt == REGISTER_ATTEMPTS:
                    raise
                time.sleep(0.5 * attempt)

    @api.model
    def _require(self, answer, *names: str) -> None:
        """:raises engine.errors.SchemaError: the answer lacks one of the texts"""
        if not isinstance(answer, dict) or not all(
            isinstance(answer.get(name), str) for name in names
        ):
            raise SchemaError(
                self.env._("The answer is not one of Stripe's."),
                hint=self.env._("Check the address of the connector."),
            )

    @api.model
    def _remove_leftovers(self, client, url: str, keep: str) -> None:
        try:
            listed = client.request("GET", ENDPOINTS, params={"limit": 100}).json()
            for endpoint in listed.get("data") or ():
                if endpoint.get("url") == url and endpoint["id"] != keep:
                    client.request(
                        "DELETE", f"{ENDPOINTS}/{endpoint['id']}", read=False
                    )
        except IntegrationError as error:
            # The new endpoint works; an old one only sends what is then a duplicate
            # without a valid signature.
            _logger.warning("Old webhook endpoints were not removed: %s", error)

    @api.model
    def _check_webhook(self, connector) -> str:
        """What is wrong with our endpoint, as a sentence, or ''.

        :raises engine.errors.IntegrationError: Stripe could not be asked
        """
        endpoint = self._endpoint(connector)
        if endpoint is None:
            return self.env._(
                "Stripe no longer has our webhook; somebody deleted it. Press "
                "Register webhook."
            )
        if endpoint.get("status") != "enabled":
            return self.env._(
                "Our webhook is switched off at Stripe. Switch it on there, or press "
                "Register webhook."
            )
        if endpoint.get("url") != connector.sudo().webhook_url:
            return self.env._(
                "Stripe sends the messages to another address. Press Register webhook."
            )
        wanted = connector.api_version or const.API_VERSION
        if endpoint.get("api_version") != wanted:
            return self.env._(
                "Our webhook at Stripe uses API version %(actual)s instead of "
                "%(wanted)s. Press Register webhook.",
                actual=endpoint.get("api_version") or self.env._("of the account"),
                wanted=wanted,
            )
        sent = set(endpoint.get("enabled_events") or ())
        wanted = self._wanted_entities(connector)
        missing = [
            name
            for name in const.HANDLED_EVENTS
            if name not in sent and const.EVENTS[name][1] in wanted
        ]
        if missing and "*" not in sent:
            return self._missing_types(missing)
        return ""

    @api.model
    def _missing_types(self, missing: list[str]) -> str:
        """An endpoint keeps the list it was made with; newer types need a new one."""
        shown = ", ".join(missing[:SHOWN_TYPES])
        if len(missing) <= SHOWN_TYPES:
            return self.env._(
                "Stripe does not send us: %(types)s. Press Register webhook.",
                types=shown,
            )
        return self.env._(
            "Stripe does not send us: %(types)s and %(count)s more. Press Register "
            "webhook.",
            types=shown,
            count=len(missing) - SHOWN_TYPES,
        )

    @api.model
    def _endpoint(self, connector) -> dict | None:
        """Our endpoint as Stripe has it, None when it is gone."""
        if not connector.webhook_remote_id:
            return None
        try:
            with self._client(connector) as client:
                return client.request("GET", self._endpoint_path(connector)).json()
        except PermanentError as error:
            if error.details.get("status") == 404:
                return None
            raise

    @api.model
    def _remove_webhook(self, connector) -> None:
        """Delete our endpoint; one that is gone already is no error."""
        if not connector.webhook_remote_id:
            return
        try:
            with self._client(connector) as client:
                client.request("DELETE", self._endpoint_path(connector), read=False)
        except PermanentError as error:
            if error.details.get("status") != 404:
                raise

    @api.model
    def _endpoint_path(self, connector) -> str:
        return f"{ENDPOINTS}/{quote(connector.webhook_remote_id, safe='')}"

    # === SCREENS === #

    @api.model
    def _remote_url(self, connector, entity: str, external_id: str) -> str:
        """Page in the dashboard; test mode has its own branch of it."""
        path = const.DASHBOARD_PATHS.get(entity)
        if entity == "payment":
            # The invoice that told of it; an invoice payment has no page of its own.
            start = external_id.partition("_")[0]
            path = {"in": const.DASHBOARD_PATHS["invoice"], "inpay": ""}.get(
                start, path
            )
        mode = "" if connector.environment == "production" else "/test"
        if entity in const.DASHBOARD_SEARCHED:
            query = quote(external_id, safe="")
            return f"{const.DASHBOARD_URL}{mode}/search?query={query}"
        if not path:
            return ""
        return f"{const.DASHBOARD_URL}{mode}/{path}/{quote(external_id, safe='')}"


def _account_name(account: dict) -> str:
    """What people call the account: its public name, else the dashboard's."""
    profile = account.get("business_profile") or {}
    dashboard = (account.get("settings") or {}).get("dashboard") or {}
    names = (profile.get("name"), dashboard.get("display_name"), account.get("email"))
    return next((name for name in names if name), account["id"])
