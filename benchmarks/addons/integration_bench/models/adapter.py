# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine import signature, strict_json, versions
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import (
    Delivery,
    Identity,
    Item,
    Message,
    Source,
)


class IntegrationAdapterBench(models.AbstractModel):
    """The smallest honest system: HMAC over the body, one JSON event a delivery."""

    _name = "integration.adapter.bench"
    _inherit = "integration.adapter"
    _description = "Adapter: benchmark"

    @api.model
    def _test_connection(self, connector) -> Identity:
        return Identity("bench", "Benchmark")

    @api.model
    def _authenticate(self, delivery: Delivery, secrets: list[bytes]) -> int | None:
        given = delivery.headers.get("x-bench-signature") or ""
        for index, secret in enumerate(secrets):
            expected = signature.hmac_sha256(secret, delivery.body).hex()
            if signature.matches([expected], [given]):
                return index
        return None

    @api.model
    def _split(self, gate, body: bytes, headers: dict) -> list[Message]:
        try:
            event = strict_json.loads(body)
        except SchemaError as error:
            return [self._unreadable(body, error)]
        return [self._message(event, body)]

    @api.model
    def _message(self, event: dict, body: bytes) -> Message:
        return Message(
            source_event_id=event["id"],
            source_type=event["type"],
            event_type=f"{event['entity']}.updated",
            entity=event["entity"],
            external_id=event["object"]["id"],
            version=versions.from_unix(event["created"]),
            fingerprint=event["type"],
            body=body,
        )

    @api.model
    def _source(self, connector, item: Item) -> Source:
        return Source(strict_json.loads(item.body)["object"], item.version)
