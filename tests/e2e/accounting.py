# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector that books: flows, journals and taxes, set up by people."""

from e2e.hub import Hub
from e2e.people import Person
from e2e.stack import DATABASE, PASSWORD, Stack
from e2e.waiting import until

from simulators.stripe_random import RATES

ENTITIES = ("customer", "product", "price", "tax_rate", "invoice", "payment")
# In the order of references: what is loaded first is there when others name it.
MAP = "integration.value.map"
OLD_SHAPE = "2024-06-20"


def accountant(stack: Stack) -> Person:
    """Somebody who may do both: the books of the company, and the connectors."""
    if "accountant" not in stack.people:
        groups = dict(
            stack.sql(
                "SELECT module || '.' || name, res_id FROM ir_model_data "
                "WHERE model = 'res.groups'"
            )
        )
        names = ("integration_core.group_manager", "account.group_account_manager")
        stack.people["admin"].create(
            "res.users",
            name="Accountant",
            login="accountant",
            password=PASSWORD,
            group_ids=[(4, groups[name]) for name in names],
        )
        person = Person(stack.web.url, DATABASE, "accountant", PASSWORD)
        stack.people["accountant"] = person
    return stack.people["accountant"]


class Books(Hub):
    """A connector with all flows, its journals proposed, its taxes mapped.

    :ivar flows: entity → id of its flow
    """

    entities = ENTITIES

    def __init__(self, stack: Stack, sim, name: str, settled=("EUR",)):
        super().__init__(stack, sim, name)
        self.accountant = accountant(stack)
        self.settled = settled
        self.flows: dict[str, int] = {}
        self.secrets: dict[str, str] = {}  # of further endpoints

    # -- set-up --------------------------------------------------------------------

    def draft(self) -> "Books":
        super().draft()
        self.flows = {"customer": self.flow}
        for entity in self.entities[1:]:
            self.flows[entity] = self.manager.create(
                "integration.flow",
                connector_id=self.id,
                entity=entity,
                direction="in",
            )
        self.propose()
        return self

    def propose(self) -> None:
        """Press Propose, name the settlement currencies, take what is proposed."""
        action = self.press("action_propose_accounting", by=self.accountant)
        currencies = self.accountant.call(
            "res.currency", "search", [["name", "in", self.settled]]
        )
        proposal = self.accountant.create(
            "integration.account.proposal",
            connector_id=action["context"]["default_connector_id"],
            currency_ids=[(6, 0, currencies)],
        )
        self.accountant.press("integration.account.proposal", proposal, "action_apply")

    def activate(self) -> "Books":
        self.press("action_submit")
        self.press("action_approve", by=self.second)
        flows = list(self.flows.values())
        self.manager.call("integration.flow", "action_go_live", flows)
        self.second.call("integration.flow", "action_approve_live", flows)
        return self

    def load(self, *entities: str) -> None:
        """Press *Load* on the flows, and wait until all pages are read."""
        for entity in entities or self.entities:
            flow = self.flows[entity]
            self.manager.press("integration.flow", flow, "action_load")

            until(
                f"{entity} is loaded", self._loaded(flow), 180, 0.2, moving=self.states
            )

    def _loaded(self, flow: int):
        def ended():
            state, message = self.stack.sql(
                "SELECT load_state, load_message FROM integration_flow WHERE id = %s",
                flow,
            )[0]
            assert state not in ("failed", "stopped"), message
            return state == "done"

        return ended

    def change(self, **values) -> None:
        """Change what was approved, with a second person's approval."""
        self.press("action_suspend")
        self.manager.write("integration.connector", self.id, **values)
        self.press("action_submit")
        self.press("action_approve", by=self.second)

    def change_version(self, version: str) -> None:
        """Read another version of the API from now on."""
        self.change(api_version=version)

    # -- taxes ---------------------------------------------------------------------

    def map_taxes(self, leave=()) -> None:
        """Choose the tax of each tax rate that was seen, as the value map lists them.

        :param leave: ids of tax rates that nobody maps
        """
        self.wait_rest()
        names = {
            rate["id"]: f"{rate['display_name']} {_plain(rate['percentage'])} %"
            for rate in self._rates()
            if rate["id"] not in leave
        }
        lines = self.tax_lines()
        assert set(names) <= set(lines), "not every tax rate was noted as seen"
        for rate, name in names.items():
            self.map_tax(lines[rate], name)

    def map_tax(self, line: int, name: str) -> None:
        tax = self.tax(name)
        self.accountant.write(f"{MAP}.line", line, res_id=tax)

    def tax(self, name: str) -> int:
        """The company's sales tax of that name."""
        return self.stack.value(
            "SELECT id FROM account_tax WHERE name->>'en_US' = %s "
            "AND type_tax_use = 'sale' AND company_id = 1",
            name,
        )

    def tax_lines(self) -> dict[str, int]:
        """Tax rate id → line of the value map, of this connector's Stripe."""
        return dict(
            self.stack.sql(
                f"SELECT external_value, l.id FROM {MAP.replace('.', '_')}_line l "
                f"JOIN {MAP.replace('.', '_')} m ON m.id = l.map_id "
                "WHERE m.code = 'stripe_tax_rate' AND external_value = ANY(%s)",
                list(self.sim.tax_rates),
            )
        )

    def _rates(self) -> list[dict]:
        known = {(percentage, included) for percentage, included, *_rest in RATES}
        return [
            rate
            for rate in self.sim.tax_rates.values()
            if (_plain(rate["percentage"]), rate["inclusive"]) in known
        ]

    # -- a second endpoint ---------------------------------------------------------

    def add_old_endpoint(self, version: str = OLD_SHAPE) -> str:
        """An endpoint that somebody made years ago, at the same address.

        Its secret is stored with the connector, as the manual says for a change of
        versions. Returns its id at Stripe.
        """
        made = self.sim.add_endpoint(
            self.url,
            self.sim.webhook_endpoints[self.endpoint]["enabled_events"],
            api_version=version,
        )
        self.manager.create(
            "integration.credential",
            connector_id=self.id,
            kind="webhook_secret",
            name="Endpoint of before",
            value=made["secret"],
        )
        self.secrets[made["id"]] = made["secret"]
        return made["id"]

    def secret_of(self, endpoint: str) -> str:
        """What an endpoint's deliveries are signed with."""
        return self.secrets.get(endpoint, self.secret)


def _plain(number) -> str:
    return f"{float(number):g}"
