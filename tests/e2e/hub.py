# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One connector with its local Stripe, set up by people as the manual says."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from e2e.people import Person
from e2e.stack import Stack
from e2e.waiting import until

from simulators.stripe import StripeSimulator
from simulators.stripe_events import sign

FINAL = ("done", "skipped", "cancelled")
REST = (*FINAL, "review", "dead", "quarantine", "waiting")


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Hub:
    """
    :param sim: the system at the other end, already started
    """

    def __init__(self, stack: Stack, sim: StripeSimulator, name: str):
        self.stack, self.sim, self.name = stack, sim, name
        self.manager: Person = stack.people["manager"]
        self.second: Person = stack.people["second"]
        self.operator: Person = stack.people["operator"]
        self.id = self.flow = 0
        self.url = self.endpoint = self.secret = ""

    # -- set-up --------------------------------------------------------------------

    def draft(self) -> "Hub":
        """Create the connector, store the key, test it, register the webhook."""
        manager = self.manager
        self.id = manager.create(
            "integration.connector",
            name=self.name,
            system="stripe",
            environment="test",
            base_url=self.sim.url,
            # What a test keeps back must not come in by itself.
            catch_up_minutes=0,
        )
        self.store_key("sk_test_demo")
        self.press("action_create_service_user")
        self.press("action_test_connection")
        self.press("action_register_webhook")
        self.flow = manager.create(
            "integration.flow", connector_id=self.id, entity="customer", direction="in"
        )
        found = self.read("webhook_url", "webhook_remote_id")
        self.url, self.endpoint = found["webhook_url"], found["webhook_remote_id"]
        endpoints = self.sim.resources["webhook_endpoints"]
        self.secret = endpoints.valid_secrets(self.endpoint)[0]
        return self

    def activate(self) -> "Hub":
        """Submit, approve as the second person, set the flow live."""
        self.press("action_submit")
        self.press("action_approve", by=self.second)
        return self.go_live()

    def live(self) -> "Hub":
        return self.draft().activate()

    def go_live(self) -> "Hub":
        """Set the flow live: asked for by one person, approved by the second."""
        self.press_flow("action_go_live")
        self.second.press("integration.flow", self.flow, "action_approve_live")
        return self

    def retire(self) -> None:
        if self.id and self.state != "retired":
            self.press("action_retire")

    def store_key(self, key: str) -> None:
        self.manager.create(
            "integration.credential", connector_id=self.id, kind="api_key", value=key
        )

    def press(self, button: str, by: Person | None = None):
        return (by or self.manager).press("integration.connector", self.id, button)

    def press_flow(self, button: str):
        return self.manager.press("integration.flow", self.flow, button)

    def read(self, *names) -> dict:
        return self.manager.read("integration.connector", self.id, *names)

    def read_flow(self, *names) -> dict:
        return self.manager.read("integration.flow", self.flow, *names)

    @property
    def state(self) -> str:
        return self.stack.value(
            "SELECT state FROM integration_connector WHERE id = %s", self.id
        )

    # -- messages ------------------------------------------------------------------

    def deliver(self, body: bytes | dict, secret="", headers=None, url="") -> Answer:
        """Send one signed delivery, whatever its body."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        moment = int(time.time())
        mark = sign(secret or self.secret, body, moment)
        return send(
            url or self.url,
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": f"t={moment},v1={mark}",
                **(headers or {}),
            },
        )

    def body_of(self, event_id: str) -> dict:
        """An event of the simulator as it is sent."""
        events = self.sim.resources["events"]
        version = self.sim.webhook_endpoints[self.endpoint]["api_version"]
        return events.body(events.get(event_id), version)

    def last_event(self) -> str:
        return next(reversed(self.sim.events))

    def new_event(self, mail: str, **changes) -> dict:
        """The event of a new customer, not sent by the simulator; ``changes`` go into
        the customer."""
        number = len(self.sim.events)
        self.sim.create_customer(
            name=f"Customer {number}",
            email=f"c{number}@{mail}",
            address={"line1": "Main Street 1", "city": "Bern", "country": "CH"},
        )
        event = self.body_of(self.last_event())
        event["data"]["object"].update(changes)
        return event

    def partner(self, customer_id: str) -> dict | None:
        """The partner linked to a customer: id, name, email, active."""
        rows = self.stack.sql(
            "SELECT p.id, p.name, p.email, p.active FROM res_partner p "
            "JOIN integration_external_id x ON x.res_id = p.id AND x.role = '' "
            "WHERE x.connector_id = %s AND x.external_id = %s",
            self.id,
            customer_id,
        )
        names = ("id", "name", "email", "active")
        return dict(zip(names, rows[0], strict=True)) if rows else None

    def exceptions(self, event_id: int) -> list[tuple]:
        """(state, error class, message, hint) of what waits for a person."""
        return self.stack.sql(
            "SELECT state, error_class, message, hint FROM integration_exception "
            "WHERE event_id = %s ORDER BY id",
            event_id,
        )

    # -- what became of them -------------------------------------------------------

    def events(self, where="true", *params) -> list[dict]:
        """Messages of this connector, oldest first."""
        names = (
            "id",
            "source_event_id",
            "source_type",
            "external_id",
            "state",
            "skip_reason",
            "error_class",
            "error",
            "error_path",
            "hint",
            "attempts",
            "body_size",
            "version",
            "job_uuid",
        )
        rows = self.stack.sql(
            f"SELECT {', '.join(names)} FROM integration_event "
            f"WHERE connector_id = %s AND {where} ORDER BY id",
            self.id,
            *params,
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def event(self, source_event_id: str) -> dict:
        """The message with this id.

        :raises AssertionError: there is none
        """
        found = self.events("source_event_id = %s", source_event_id)
        assert found, f"{source_event_id} is not stored"
        return found[0]

    def states(self) -> dict[str, int]:
        return dict(
            self.stack.sql(
                "SELECT state, count(*) FROM integration_event "
                "WHERE connector_id = %s GROUP BY state",
                self.id,
            )
        )

    def wait_state(self, source_event_id: str, *states: str, timeout=90) -> dict:
        """Until the message is in one of the states; returns it."""

        def there():
            found = self.events("source_event_id = %s", source_event_id)
            return found[0] if found and found[0]["state"] in states else None

        try:
            return until(f"{source_event_id} is {states}", there, timeout)
        except AssertionError as error:
            found = self.events("source_event_id = %s", source_event_id)
            raise AssertionError(f"{error}: {found}") from None

    def wait_rest(self, patience=90) -> dict[str, int]:
        """Until nothing is left to be worked on; returns the number in each state.

        :param patience: seconds in which nothing at all may happen
        """

        def at_rest():
            states = self.states()
            return states if not set(states) - set(REST) else None

        try:
            return until(
                "all messages are at rest", at_rest, patience, 0.2, moving=self.states
            )
        except AssertionError as error:
            raise AssertionError(
                f"{error}: {self.states()}\n{self.stack.describe()}"
            ) from None

    def delivered(self, timeout=90) -> None:
        """Until the simulator has delivered everything that is due.

        :param timeout: seconds in which not one attempt may end
        """
        until(
            "all is delivered",
            lambda: self.sim.wait_idle(1),
            timeout,
            0,
            moving=lambda: len(self.sim.deliveries),
        )

    def settle(self) -> dict[str, int]:
        """All delivered and all worked on."""
        self.delivered()
        return self.wait_rest()

    def wait_quiet(self) -> None:
        """Until no drain of this connector is at work or about to be."""
        until(
            "no drain runs",
            lambda: (
                not self.stack.value(
                    "SELECT count(*) FROM queue_job WHERE identity_key LIKE %s "
                    "AND state NOT IN ('done', 'cancelled', 'failed')",
                    f"integration.drain:{self.id}:%",
                )
            ),
        )

    def load_jobs(self) -> list[str]:
        """States of the jobs that load the flow's objects, oldest first."""
        rows = self.stack.sql(
            "SELECT state FROM queue_job WHERE identity_key = %s ORDER BY id",
            f"integration.load:{self.flow}",
        )
        return [row[0] for row in rows]

    def links(self) -> dict[str, int]:
        """Customer id → partner id."""
        return dict(
            self.stack.sql(
                "SELECT external_id, res_id FROM integration_external_id "
                "WHERE connector_id = %s AND entity = 'customer' AND role = ''",
                self.id,
            )
        )


def send(url: str, body: bytes, headers: dict, method="POST") -> Answer:
    """One request with exactly these headers; Content-Length is added if missing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request(method, parts.path, body, headers)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()
