# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the hub hands to the adapter, made by hand; the stand-in judges what comes."""

from datetime import datetime

from odoo.addons.integration_core.engine import strict_json
from odoo.addons.integration_core.messages import Item, Outgoing

from .common import NOW, SimulatorCase

KEY = "0" * 63 + "1"
REFERENCE = "9c0ef7be-0000-4000-8000-000000000000:res.partner:7"


class WritingCase(SimulatorCase):
    """An adapter that writes; whatever it is given went through the shipped mapping."""

    def outgoing(self, entity, canonical, external_id="", **values):
        mapping = self.env.ref(f"integration_stripe.mapping_{entity}_out")._compile()
        if external_id:
            values.setdefault("link", object())
        return Outgoing(
            event_id=1,
            uuid="u",
            entity=entity,
            event_type=f"{entity}.updated",
            lane=f"{entity}:x,7",
            kind="state",
            model="x",
            res_id=7,
            external_id=external_id,
            received_at=datetime.utcfromtimestamp(NOW),
            **{
                "idempotency_key": KEY,
                "reference": REFERENCE,
                "canonical": canonical,
                "keys": list(canonical),
                "record": mapping.mapping.apply(canonical),
                **values,
            },
        )

    def send(self, *args, **kwargs):
        return self.adapter._send(self.connector, self.outgoing(*args, **kwargs))

    @property
    def written(self):
        """Method and path of each change at the stand-in since ``forget``."""
        return [(w["method"], w["path"]) for w in self.sim.writes[self.forgotten :]]

    def forget(self):
        self.forgotten = len(self.sim.writes)

    def setUp(self):
        super().setUp()
        self.forgotten = 0

    def lose_answer(self, path, when="after", **values):
        """The next POST there is carried out, and the connection cut."""
        self.sim.faults.add(
            **{"kind": "reset", "method": "POST", "count": 1, **values},
            path=path,
            when=when,
        )

    def echo(self, entity, external_id):
        """The newest message about an object, as its webhook would bring it."""
        for event in reversed(self.sim.events.values()):
            if event["data"]["object"].get("id") != external_id:
                continue
            body = self.sim.resources["events"].body(event, None)
            raw = strict_json.dumps(body).encode()
            message = self.adapter._split(self.gate, raw, {})[0]
            if message.entity == entity:
                item = Item(
                    event_id=1,
                    uuid="u",
                    entity=entity,
                    external_id=external_id,
                    source_type=message.source_type,
                    version=message.version,
                    body=message.body,
                )
                self.assertFalse(self.adapter._needs_fetch(item))
                return self.adapter._source(self.connector, item)
        self.fail(f"there is no message about {external_id}")
