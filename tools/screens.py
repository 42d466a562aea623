# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The screens of which tools/screenshots.py takes pictures."""

import json
from dataclasses import dataclass

DESKTOP = (1440, 900)
PHONE = (390, 844)


@dataclass(frozen=True)
class Screen:
    """One picture: an address, or the newest record of a model that matches."""

    name: str
    path: str
    size: tuple = DESKTOP
    login: str = "admin"
    model: str = ""
    domain: tuple = ()
    order: str = "id desc"
    # Field of that record which holds the id to show.
    field: str = "id"
    # JavaScript run before the picture, for example to open a tab.
    script: str = ""


def both(name, *arguments, **values):
    """The same screen on a desk and on a phone."""
    return (
        Screen(name, *arguments, **values),
        Screen(f"{name}_phone", *arguments, PHONE, **values),
    )


def tab(label):
    """Script that opens the notebook page `label`."""
    return f"""
        [...document.querySelectorAll(".o_notebook .nav-link")]
            .find((link) => link.textContent.trim() === {json.dumps(label)}).click()
    """


def switch(view):
    """Script that switches to another view of the same records."""
    return f"document.querySelector('.o_switch_view.o_{view}').click()"


ODOO = "/odoo/integration"
PROBLEM = (("state", "=", "open"), ("error_class", "=", "mapping"))
CHANGED = (("operation", "=", "update"), ("model", "=", "res.partner"))
INVOICE = (("state", "=", "done"), ("log_ids.operation", "=", "post"))
ACTIVE = (("state", "=", "active"),)
TAXED = (
    ("journal_id.name", "=", "Stripe invoices"),
    ("payment_state", "=", "paid"),
    ("amount_tax", ">", 0),
)
# A dialog stands still before its picture is taken.
PAUSE = "await new Promise((resolve) => setTimeout(resolve, 900));"


# The journal items at the top of a small screen.
LEDGER = "document.querySelector('.o_field_widget[name=ledger]').scrollIntoView()"


def found(selector):
    """Expression for an element, waited for as long as a slow machine may need."""
    return f"""await (async () => {{
        for (let round = 0; round < 200; round++) {{
            const element = document.querySelector({json.dumps(selector)});
            if (element) return element;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }}
        throw new Error("There is no " + {json.dumps(selector)});
    }})()"""


def press(*selectors):
    """Script that presses one button after the other."""
    clicks = "".join(f"({found(selector)}).click();{PAUSE}" for selector in selectors)
    return f"(async () => {{ {clicks} }})()"


SCREENS = (
    Screen("connectors", f"{ODOO}-connectors"),
    Screen("connectors_phone", f"{ODOO}-connectors", PHONE),
    Screen(
        "connector_setup",
        f"{ODOO}-connectors",
        login="manager",
        model="integration.connector",
        domain=(("state", "=", "draft"),),
    ),
    Screen(
        "connector",
        f"{ODOO}-connectors",
        model="integration.connector",
        domain=ACTIVE,
    ),
    Screen("attention", f"{ODOO}-attention", login="operator"),
    Screen("attention_phone", f"{ODOO}-attention", PHONE, login="operator"),
    Screen(
        "attention_form",
        f"{ODOO}-attention",
        login="operator",
        model="integration.exception",
        domain=PROBLEM,
    ),
    Screen(
        "attention_form_phone",
        f"{ODOO}-attention",
        PHONE,
        login="operator",
        model="integration.exception",
        domain=PROBLEM,
    ),
    Screen("messages", f"{ODOO}-messages"),
    Screen(
        "message_story",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(("state", "=", "done"),),
    ),
    Screen(
        "message_result",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(("log_ids.operation", "=", "update"),),
        script=tab("Result"),
    ),
    Screen(
        "message_content",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(("state", "=", "review"),),
        script=tab("Content"),
    ),
    Screen("messages_phone", f"{ODOO}-messages", PHONE),
    Screen("connectors_list", f"{ODOO}-connectors", script=switch("list")),
    Screen(
        "connector_setup_phone",
        f"{ODOO}-connectors",
        PHONE,
        login="manager",
        model="integration.connector",
        domain=(("state", "=", "draft"),),
        script="document.querySelector('.o_integration_steps').scrollIntoView()",
    ),
    Screen("sync_log", f"{ODOO}-log", login="auditor"),
    Screen(
        "sync_log_form",
        f"{ODOO}-log",
        login="auditor",
        model="integration.job.log",
        domain=CHANGED,
    ),
    Screen(
        "sync_log_form_phone",
        f"{ODOO}-log",
        PHONE,
        login="auditor",
        model="integration.job.log",
        domain=CHANGED,
    ),
    Screen("sync_log_pivot", f"{ODOO}-log", script=switch("pivot")),
    Screen("sync_log_graph", f"{ODOO}-log", script=switch("graph")),
    Screen("linked_records", f"{ODOO}-links"),
    Screen("linked_record", f"{ODOO}-links", model="integration.external.id"),
    Screen(
        "contact",
        "/odoo/res.partner",
        login="operator",
        model="integration.external.id",
        domain=(("entity", "=", "customer"), ("model", "=", "res.partner")),
        field="res_id",
    ),
    Screen(
        "message_retry",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(("state", "=", "retry"), ("error", "!=", False)),
    ),
    Screen("flows", f"{ODOO}-flows", login="designer"),
    Screen(
        "flow",
        f"{ODOO}-flows",
        model="integration.flow",
        domain=(("connector_id.state", "=", "active"), ("entity", "=", "invoice")),
        script=tab("Load everything"),
    ),
    Screen("mappings", f"{ODOO}-mappings", login="designer"),
    Screen(
        "mapping",
        f"{ODOO}-mappings",
        login="designer",
        model="integration.mapping",
        domain=(("state", "=", "approved"),),
        order="id",
    ),
    Screen("value_map", f"{ODOO}-value-maps", model="integration.value.map"),
    Screen("data_format", f"{ODOO}-formats", model="integration.schema"),
    Screen(
        "attention_amount",
        f"{ODOO}-attention",
        login="operator",
        model="integration.exception",
        domain=(("state", "=", "open"), ("amount", "!=", 0)),
    ),
    Screen(
        "attention_tax",
        f"{ODOO}-attention",
        login="designer",
        model="integration.exception",
        domain=(("state", "=", "open"), ("entity", "=", "tax_rate")),
    ),
    Screen(
        "accounting",
        f"{ODOO}-connectors",
        login="auditor",
        model="integration.connector",
        domain=ACTIVE,
        script=tab("Accounting"),
    ),
    Screen(
        "accounting_phone",
        f"{ODOO}-connectors",
        PHONE,
        login="manager",
        model="integration.connector",
        domain=ACTIVE,
        script=tab("Accounting")
        + ";document.querySelector('.o_notebook').scrollIntoView()",
    ),
    Screen(
        "accounting_proposal",
        f"{ODOO}-connectors",
        login="manager",
        model="integration.connector",
        domain=(("state", "=", "draft"),),
        script=press("button[name='action_propose_accounting']"),
    ),
    Screen(
        "accounting_proposal_phone",
        f"{ODOO}-connectors",
        PHONE,
        login="manager",
        model="integration.connector",
        domain=(("state", "=", "draft"),),
        script=press("button[name='action_propose_accounting']"),
    ),
    Screen(
        "invoice_message",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(*INVOICE, ("entity", "=", "invoice")),
        script=tab("Result"),
    ),
    Screen(
        "invoice_message_phone",
        f"{ODOO}-messages",
        PHONE,
        model="integration.event",
        domain=(*INVOICE, ("entity", "=", "invoice")),
        script=tab("Result") + f";setTimeout(() => {LEDGER}, 300)",
    ),
    Screen(
        "payment_message",
        f"{ODOO}-messages",
        model="integration.event",
        domain=(*INVOICE, ("entity", "=", "payment")),
        script=tab("Result"),
    ),
    Screen(
        "invoice_log",
        f"{ODOO}-log",
        login="auditor",
        model="integration.job.log",
        domain=(("operation", "=", "post"), ("model", "=", "account.move")),
    ),
    Screen(
        "invoice_log_phone",
        f"{ODOO}-log",
        PHONE,
        login="auditor",
        model="integration.job.log",
        domain=(("operation", "=", "post"), ("model", "=", "account.move")),
        script=LEDGER,
    ),
    Screen(
        "invoice",
        "/odoo/account.move",
        login="auditor",
        model="account.move",
        domain=TAXED,
    ),
    Screen(
        "invoice_phone",
        "/odoo/account.move",
        PHONE,
        login="auditor",
        model="account.move",
        domain=TAXED,
    ),
    Screen(
        "payment",
        "/odoo/account.payment",
        login="auditor",
        model="integration.external.id",
        domain=(("entity", "=", "payment"), ("model", "=", "account.payment")),
        field="res_id",
    ),
    Screen("shifted_documents", f"{ODOO}-shifted", login="manager"),
    Screen("shifted_documents_phone", f"{ODOO}-shifted", PHONE, login="manager"),
    Screen(
        "shifted_document",
        f"{ODOO}-shifted",
        login="manager",
        model="integration.shifted.document",
    ),
    Screen(
        "shifted_document_phone",
        f"{ODOO}-shifted",
        PHONE,
        login="manager",
        model="integration.shifted.document",
    ),
    Screen(
        "shifted_decision",
        f"{ODOO}-shifted",
        login="manager",
        model="integration.shifted.document",
        domain=(("state", "=", "waiting"),),
        script=press(".o_statusbar_buttons button[name='action_book']"),
    ),
    Screen("value_maps", f"{ODOO}-value-maps", login="designer"),
    Screen(
        "tax_map",
        f"{ODOO}-value-maps",
        login="designer",
        model="integration.value.map",
        domain=(("entity", "=", "tax_rate"),),
    ),
    Screen(
        "tax_map_phone",
        f"{ODOO}-value-maps",
        PHONE,
        login="designer",
        model="integration.value.map",
        domain=(("entity", "=", "tax_rate"),),
    ),
    Screen("missed_messages", f"{ODOO}-missed"),
    Screen("missed_message_run", f"{ODOO}-missed", model="integration.catch.up"),
    Screen(
        "missed_tab",
        f"{ODOO}-connectors",
        model="integration.connector",
        domain=ACTIVE,
        script=tab("Missed messages"),
    ),
    Screen("approvals", f"{ODOO}-approvals"),
)
