# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Both ways, and governed: what people decide about when data goes in and out.

Data owners, customers that go out to the local Stripe, and one example each of what
waits for somebody: an approval, a change request, a draft of a mapping, a product that
both sides describe. Each step is done by the person whose work it is. May run again.
"""

from steps import until, user
from trade import Control

from odoo import Command
from odoo.service.model import retrying

#: kind of record, field, owner, which value survives, what happens to another's.
RULES = (
    ("customer", "email", "stripe", "owner", "reject"),
    ("customer", "vat", "odoo", "not_empty", "reject"),
    ("customer", "phone", "odoo", "newest", "reject"),
    ("product", "description_sale", "odoo", "owner", "review"),
)
#: Companies that somebody in the office writes down; they appear at Stripe.
COMPANIES = (
    {
        "name": "Nordlicht Bürobedarf GmbH",
        "email": "einkauf@nordlicht.example",
        "street": "Speicherstraße 4",
        "zip": "20457",
        "city": "Hamburg",
        "phone": "+49 40 5550142",
    },
    {
        "name": "Atelier Brunnen",
        "email": "hallo@atelier-brunnen.example",
        "street": "Brunnengasse 11",
        "zip": "80331",
        "city": "München",
    },
)
#: The goods that Odoo describes; Stripe will say something else.
DESCRIBED = "Desk Lamp"
OURS = "Warm white, dimmable, five years of warranty"
THEIRS = "Warm white or daylight, dimmable"
GOODS_ONLY = "[('type', '=', 'consu')]"


def rules(env, manager):
    """Who decides what, before the first record is loaded."""
    owners = env["integration.ownership"].with_user(manager)
    if owners.search_count([]):
        return
    names = ("entity", "field", "owner", "rule", "on_conflict")
    owners.create([dict(zip(names, rule, strict=True)) for rule in RULES])


def examples(env, connector, url):
    """What happens once the connector is at work.

    :param connector: with the manager as user
    :param url: address of the local Stripe
    """
    office(env)
    loaded(env, connector, ("customer", "product"))
    retrying(lambda: two_descriptions(env, connector, url), env)
    retrying(lambda: change_request(env, connector), env)
    retrying(lambda: ask_for_products(connector), env)
    events = arrived(env, connector)
    retrying(lambda: draft(env, connector, events), env)
    env.cr.commit()


def office(env):
    """Somebody in the office writes two companies down: they go out to Stripe."""
    partners = env["res.partner"].with_user(user(env, "operator"))
    for values in COMPANIES:
        if not partners.search_count([("name", "=", values["name"])]):
            germany = env.ref("base.de").id
            partners.create(dict(values, is_company=True, country_id=germany))
    env.cr.commit()


def loaded(env, connector, entities, seconds=30):
    """Wait until these flows have read what was there."""
    flows = connector.flow_ids.filtered(
        lambda flow: flow.entity in entities and flow.direction == "in"
    )

    def ready():
        return all(links(env, connector, flow.entity) for flow in flows) and all(
            flow.load_state == "done" for flow in flows
        )

    until(env, ready, seconds)


def links(env, connector, entity):
    """Links of the objects that are Stripe's own, the oldest first."""
    return env["integration.external.id"].search(
        [("connector_id", "=", connector.id), ("entity", "=", entity)], order="id"
    )


def two_descriptions(env, connector, url):
    """Odoo owns what goods are called, and Stripe says something else."""
    products = env["product.template"]
    found = products.search([("name", "=", DESCRIBED)], limit=1)
    if not found or found.description_sale == OURS:
        return
    link = links(env, connector, "product").filtered(
        lambda link: link.res_id in found.product_variant_ids.ids
    )[:1]
    if not link:
        return
    found.with_user(user(env, "manager")).description_sale = OURS
    env.cr.commit()
    Control(url).act(f"/v1/products/{link.external_id}", description=THEIRS)


def change_request(env, connector):
    """The office learns of a new address; Stripe owns it, so it is asked."""
    if env["integration.approval"].search_count([("action", "=", "change")]):
        return
    found = links(env, connector, "customer")
    people = env["res.partner"].browse(found.mapped("res_id")).exists()
    customer = people.filtered(lambda one: one.email and one.is_company)[:1]
    customer = customer or people.filtered("email")[:1]
    if not customer:
        return
    domain = customer.email.partition("@")[2]
    env["integration.ownership"].with_user(user(env, "operator")).request_change(
        "res.partner",
        customer.id,
        {"email": f"invoices@{domain}"},
        "They called: invoices go to a new address from next month on.",
    )


def outgoing(connector):
    """Values of the flows that go out, compare-only at first."""
    common = {"connector_id": connector.id, "direction": "out"}
    return [
        dict(common, entity="customer"),
        dict(common, entity="product", domain=GOODS_ONLY),
        dict(common, entity="refund"),
    ]


def waiting(connector):
    """The flow that nobody has agreed to yet."""
    return connector.flow_ids.filtered(
        lambda flow: flow.entity == "product" and flow.direction == "out"
    )


def ask_for_products(connector):
    """The manager wants goods to go out as well: the admin has to agree."""
    flow = waiting(connector)
    if flow.mode == "shadow" and not flow.live_request_id:
        flow.action_go_live()


def draft(env, connector, events):
    """The designer prepares the next version of a mapping, with a test."""
    designer = user(env, "designer")
    mappings = env["integration.mapping"].with_user(designer)
    ours = [
        ("system", "=", connector.system),
        ("entity", "=", "customer"),
        ("direction", "=", "in"),
    ]
    if mappings.search_count([*ours, ("version", ">", 1)]):
        return
    used = mappings.search([*ours, ("state", "=", "approved")], limit=1)
    version = mappings.browse(used.action_new_version()["res_id"])
    phone = version.top_line_ids.filtered(lambda line: line.target == "phone")
    website = {
        "target": "website",
        "source": "metadata.website",
        "transform": "text",
        "sequence": phone.sequence + 5,
    }
    version.write(
        {
            "line_ids": [
                Command.update(phone.id, {"source": "phone || shipping.phone"}),
                Command.create(website),
            ]
        }
    )
    keep_test(connector, version, events)


def arrived(env, connector, seconds=20):
    """The first messages that bring a whole customer."""
    domain = [
        ("connector_id", "=", connector.id),
        ("source_type", "in", ("customer.created", "customer.updated")),
        ("state", "=", "done"),
    ]
    events = env["integration.event"]
    return until(env, lambda: events.search(domain, order="id", limit=5), seconds)


def keep_test(connector, version, events):
    """A message that arrived, looked at and kept as a test, as the dialog does it."""
    for event in events:
        preview = version.env["integration.mapping.preview"].create(
            {
                "mapping_id": version.id,
                "connector_id": connector.id,
                "origin": "event",
                "event_id": event.id,
            }
        )
        preview.action_preview()
        if preview.sample:
            preview.test_name = "A company with an address"
            preview.action_keep_test()
            return
