# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector to the stand-in of Stripe, which runs in a thread and over real HTTP."""

import json
import os
import sys
from pathlib import Path
from unittest.mock import patch

from odoo.tests.common import TransactionCase

from odoo.addons.integration_core.engine.encryption import generate_key
from odoo.addons.integration_core.messages import Item

REPOSITORY = Path(__file__).resolve().parents[3]
SECRET = "whsec_test_0123456789abcdef0123456789abcdef"
ACCOUNT = "acct_1SimulatorDemo00"
NOW = 1_790_000_000


def simulator(**options):
    """A Stripe of our own, not started; see tests/simulators/stripe.py."""
    path = str(REPOSITORY / "tests")
    if path not in sys.path:
        sys.path.append(path)
    from simulators.stripe import StripeSimulator

    return StripeSimulator(seed=11, account=ACCOUNT, **options)


def random_invoices(sim, seed, **options):
    """Draws random invoices at a stand-in; see tests/simulators/stripe_random.py."""
    from simulators.stripe_random import RandomInvoices

    return RandomInvoices(sim, seed=seed, **options)


def sim_ledger(sim):
    """The stand-in's own books; see tests/simulators/stripe_ledger.py."""
    from simulators.stripe_ledger import Ledger

    return Ledger(sim)


def stripe_digits(currency):
    """Decimals of a currency as the stand-in counts them, on its own."""
    from simulators.stripe_money import digits

    return digits(currency)


class StripeCase(TransactionCase):
    """Server of environment "test" with a key of its own, and one connector."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_environment(
            INTEGRATION_ENVIRONMENT="test",
            INTEGRATION_KEYS_TEST=generate_key(),
            INTEGRATION_PRIVATE_HOSTS="",
        )
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.connector = cls.env["integration.connector"].create(
            {"name": "Web shop", "system": "stripe", "environment": "test"}
        )
        cls.connector.action_create_service_user()
        cls.adapter = cls.connector._adapter()
        cls.flow = cls.env["integration.flow"].create(
            {"connector_id": cls.connector.id, "entity": "customer", "mode": "live"}
        )
        cls.secret = cls.store("webhook_secret", SECRET)

    @classmethod
    def set_environment(cls, **values):
        patcher = patch.dict(os.environ, values)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def store(cls, kind, value):
        return cls.env["integration.credential"]._store(cls.connector, kind, value)

    @property
    def gate(self):
        return self.connector._webhook_gate()

    def item(self, message, **values):
        """A message as the pipeline hands it to the adapter."""
        return Item(
            event_id=1,
            uuid="u",
            entity=message.entity,
            external_id=message.external_id,
            source_type=message.source_type,
            version=message.version,
            body=message.body,
            **values,
        )

    def split(self, event):
        """The one message of a delivery; ``event``: bytes, or data to write as JSON."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        (message,) = self.adapter._split(self.gate, body, {})
        return message

    def source(self, event):
        return self.adapter._source(self.connector, self.item(self.split(event)))

    def canonical(self, entity, record):
        """What the shipped mapping makes of a record in normal form, checked."""
        mapping = self.env.ref(f"integration_stripe.mapping_{entity}")._compile()
        result = mapping.mapping.apply(record)
        result["external_id"] = record["id"]
        self.env["integration.schema"]._check(entity, result)
        return result


class SimulatorCase(StripeCase):
    """With a running stand-in that the connector points to."""

    simulator_options: dict = {}

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # Odoo's guard compares the time-out as one number; ours is (connect, read).
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.sim = simulator(**self.simulator_options)
        self.sim.clock.freeze(NOW)
        self.sim.start()
        self.addCleanup(self.sim.stop)
        self.set_environment(INTEGRATION_PRIVATE_HOSTS=f"127.0.0.1:{self.sim.port}")
        self.connector.base_url = self.sim.url
        self.key = self.store("api_key", "sk_test_demo")

    def use_key(self, value):
        self.key.value = value


def fixture(name):
    """A sample object of Stripe's own, whole."""
    path = REPOSITORY / "tests/data/stripe/fixtures3.json"
    return json.loads(path.read_text())["resources"][name]


def customer(**values):
    """A customer in the newest version's shape, every field that a snapshot has."""
    return {
        "id": "cus_TestCustomer01",
        "object": "customer",
        "address": None,
        "balance": 0,
        "business_name": None,
        "created": NOW,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "individual_name": None,
        "invoice_prefix": "ABCD1234",
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
        **values,
    }


def event(kind="customer.updated", obj=None, **values):
    """A snapshot event around an object."""
    return {
        "id": "evt_1TestEvent000000000001",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": NOW,
        "data": {"object": customer() if obj is None else obj},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_1", "idempotency_key": None},
        "type": kind,
        **values,
    }


def thin_event(kind="v1.customer.updated", **values):
    """A thin event: it names an object and holds nothing of it."""
    return {
        "id": "evt_test_65ThinEvent0001",
        "object": "v2.core.event",
        "type": kind,
        "created": "2026-09-21T14:13:20.000Z",
        "livemode": False,
        "related_object": {
            "id": "cus_TestCustomer01",
            "type": "customer",
            "url": "/v1/customers/cus_TestCustomer01",
        },
        "reason": None,
        **values,
    }
