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
        domain=(("state", "=", "active"),),
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
        "flow", f"{ODOO}-flows", model="integration.flow", script=tab("Load everything")
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
    Screen("approvals", f"{ODOO}-approvals"),
    Screen("approval", f"{ODOO}-approvals", model="integration.approval"),
)
