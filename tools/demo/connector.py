# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connects the demo database to the local Stripe, the way people would.

Every step is the button of the same name: nothing here goes round an approval. May run
again at any time; what is there already is left as it is.
"""

import accounting
import bank
import governed
import money
import trade
from steps import user

NAME = "Stripe – Demo GmbH"
#: A second one that nobody has finished: the set-up assistant to look at.
SECOND = "Stripe – Webshop"
ENTITIES = (
    "customer",
    "product",
    "price",
    "tax_rate",
    "invoice",
    "credit_note",
    "payment",
    "refund",
    "dispute",
    "payout",
    "balance_transaction",
    "subscription",
    "entitlement",
)
#: Stripe's ledger is read this often; nobody waits for a quarter of an hour in a demo.
MINUTES = 1
#: The simulator sends a customer with this e-mail now and then: a person must choose.
DUPLICATE = "accounts@duplicate.example"


def configure(env, settings):
    """Set the connector up, have it approved by a second person, load what is there.

    :param settings: web_url, stripe_url, stripe_key, environment
    """
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("web.base.url", settings["web_url"])
    parameters.set_param("web.base.url.freeze", "True")
    languages(env)
    two_candidates(env)
    accounting.books(env)
    manager = user(env, "manager")
    governed.rules(env, manager)
    connector = (
        env["integration.connector"].with_user(manager).search([("name", "=", NAME)])
    )
    if not connector:
        trade.special_cases(settings["stripe_url"])
        connector = create(env, manager, settings)
    addresses = f"{settings['web_url']} {settings['stripe_url']}"
    if parameters.get_param("integration.demo.addresses", addresses) != addresses:
        move(env, connector, settings)
    parameters.set_param("integration.demo.addresses", addresses)
    if connector.state in ("draft", "suspended"):
        activate(env, connector)
    accounting.map_taxes(env, connector)
    bank.statement(env, settings["stripe_url"])
    governed.examples(env, connector, settings["stripe_url"])
    money.examples(env, connector)
    unfinished(env, manager, settings)
    done(env)


def create(env, manager, settings):
    """The connector with its technical user and its key."""
    connector = (
        env["integration.connector"]
        .with_user(manager)
        .create(
            {
                "name": NAME,
                "system": "stripe",
                "environment": settings["environment"],
                "region": "EU",
                # She is asked when a message needs a person.
                "user_id": user(env, "operator").id,
            }
        )
    )
    connector.base_url = settings["stripe_url"]
    connector.action_create_service_user()
    env["integration.credential"].with_user(manager).create(
        {
            "connector_id": connector.id,
            "kind": "api_key",
            "name": "Demo key",
            "value": settings["stripe_key"],
        }
    )
    env["integration.flow"].with_user(manager).create(
        [{"connector_id": connector.id, "entity": entity} for entity in ENTITIES]
        + governed.outgoing(connector)
    )
    ledger = connector.flow_ids.filtered(lambda f: f.entity == "balance_transaction")
    ledger.interval_minutes = MINUTES
    accounting.defaults(env, connector)
    done(env)
    return connector


def unfinished(env, manager, settings):
    """A connector whose assistant asks for a key, a webhook, journals and accounts."""
    connectors = env["integration.connector"].with_user(manager)
    if connectors.search_count([("name", "=", SECOND)]):
        return
    connector = connectors.create(
        {
            "name": SECOND,
            "system": "stripe",
            "environment": settings["environment"],
            "region": "EU",
        }
    )
    connector.action_create_service_user()
    env["integration.flow"].with_user(manager).create(
        [{"connector_id": connector.id, "entity": entity} for entity in ENTITIES]
    )


def move(env, connector, settings):
    """The demo was started on other ports: new addresses, approved again."""
    if connector.state in ("active", "paused"):
        connector.action_suspend()
    connector.base_url = settings["stripe_url"]
    connector.sudo().webhook_remote_id = False


def activate(env, connector):
    """Test, register, submit, approve, go live, load."""
    connector.action_test_connection()
    if not connector.webhook_remote_id:
        connector.action_register_webhook()
        # From here on messages arrive: their secret must be there for everybody.
        done(env)
    connector.action_submit()
    connector.with_user(user(env, "admin")).action_approve()
    flows = connector.flow_ids - governed.waiting(connector)
    flows.action_go_live()
    asked = flows.filtered("live_request_id")
    if asked:
        asked.with_user(user(env, "admin")).action_approve_live()
    # What goes out starts with the next change: nobody is sent to Stripe unasked.
    incoming = connector.flow_ids.filtered(lambda flow: flow.direction == "in")
    incoming.action_count()
    incoming.action_load()
    done(env)


def languages(env):
    """The languages the local Stripe's customers speak, without translated screens."""
    for code in (
        "de_DE",
        "de_CH",
        "fr_FR",
        "it_IT",
        "nl_NL",
        "nl_BE",
        "pl_PL",
        "es_ES",
    ):
        env["res.lang"]._activate_lang(code)


def two_candidates(env):
    """Two companies with one e-mail address: the hub must not guess."""
    partners = env["res.partner"].with_user(user(env, "operator"))
    if partners.search_count([("email", "=", DUPLICATE)]) < 2:
        partners.create(
            [
                {"name": name, "email": DUPLICATE, "is_company": True, "city": city}
                for name, city in (
                    ("Duplicate Trading GmbH", "Hamburg"),
                    ("Duplicate Trading Ltd", "London"),
                )
            ]
        )


def done(env):
    """Commit, and tell the other processes that their caches are old."""
    env.cr.commit()
    env.registry.signal_changes()
