# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Screens of what people decide: data owners, matching, approvals, both ways."""

import json

from screens import ODOO, PAUSE, PHONE, Screen, both, found, press, tab

GO_LIVE = (("action", "=", "go_live"), ("state", "=", "requested"))
CHANGE = (("action", "=", "change"),)
OUT = (("direction", "=", "out"), ("connector_id.state", "=", "active"))
DRAFT = (("state", "=", "draft"), ("entity", "=", "customer"))
QUESTION = (("state", "=", "open"),)
SENT = (("direction", "=", "out"), ("state", "=", "done"))
# Customers whose e-mail address belongs to Stripe.
OWNED = (("entity", "=", "customer"), ("model", "=", "res.partner"))


def type_into(field, text):
    """Script that types into a field of the form and leaves it."""
    return f"""(async () => {{
        const input = document.querySelector(
            {json.dumps(f".o_field_widget[name='{field}'] input")});
        input.value = {json.dumps(text)};
        input.dispatchEvent(new Event("input", {{bubbles: true}}));
        input.dispatchEvent(new Event("change", {{bubbles: true}}));
        {PAUSE}
    }})()"""


def choose(field, text):
    """Script that picks the first record a link field offers for a text."""
    selector = f".modal .o_field_widget[name='{field}'] input"
    return f"""(async () => {{
        const input = {found(selector)};
        input.focus();
        input.value = {json.dumps(text)};
        input.dispatchEvent(new Event("input", {{bubbles: true}}));
        ({found(".o-autocomplete--dropdown-item a")}).click();
        {PAUSE}
    }})()"""


def one_after_the_other(*scripts):
    return f"(async () => {{ {' '.join(f'await {one};' for one in scripts)} }})()"


#: "Map now" of the British tax: choose, and look at what it would set going.
TAX_CHOICE = one_after_the_other(
    press(".o_integration_step button"), choose("tax_id", "20% VAT UK")
)
TRIED = "[name=pass_count], .o_form_view button[name=action_try_again]"
LOOKED_AT = f"(async () => {{ {found(TRIED)}; {PAUSE} }})()"
TAX_PREVIEW = one_after_the_other(
    TAX_CHOICE, press(".modal button[name='action_preview']"), LOOKED_AT
)
TAXES = (("entity", "=", "tax_rate"),)


GOVERNED = (
    Screen("data_owners", f"{ODOO}-owners", login="manager"),
    Screen(
        "owned_field",
        "/odoo/res.partner",
        login="operator",
        model="integration.external.id",
        domain=OWNED,
        order="id",
        field="res_id",
    ),
    *both(
        "owned_field_dialog",
        "/odoo/res.partner",
        login="operator",
        model="integration.external.id",
        domain=OWNED,
        order="id",
        field="res_id",
        script=type_into("email", "accounting@new-address.example"),
    ),
    *both(
        "matching_question",
        f"{ODOO}-matching",
        login="operator",
        model="integration.match.review",
        domain=QUESTION,
    ),
    Screen("duplicates", f"{ODOO}-duplicates", login="manager"),
    Screen("match_rules", f"{ODOO}-match-rules", login="manager"),
    Screen("approvals_phone", f"{ODOO}-approvals", PHONE),
    *both(
        "approval_go_live",
        f"{ODOO}-approvals",
        model="integration.approval",
        domain=GO_LIVE,
    ),
    Screen(
        "approval_change",
        f"{ODOO}-approvals",
        model="integration.approval",
        domain=CHANGE,
    ),
    Screen("change_requests", f"{ODOO}-change-requests", login="manager"),
    Screen(
        "flow_out",
        f"{ODOO}-flows",
        model="integration.flow",
        domain=(*OUT, ("entity", "=", "customer")),
        login="manager",
    ),
    Screen(
        "flow_out_preview",
        f"{ODOO}-flows",
        model="integration.flow",
        domain=(*OUT, ("entity", "=", "customer")),
        login="manager",
        script=press("button[name='action_preview_sending']"),
    ),
    Screen(
        "outgoing_message",
        f"{ODOO}-messages",
        model="integration.event",
        domain=SENT,
        order="id",
        script=tab("Result"),
    ),
    Screen(
        "mapping_changes",
        f"{ODOO}-mappings",
        login="designer",
        model="integration.mapping",
        domain=DRAFT,
        script=tab("Changes"),
    ),
    Screen(
        "mapping_versions",
        f"{ODOO}-mappings",
        login="designer",
        model="integration.mapping",
        domain=DRAFT,
        script=tab("Versions"),
    ),
    Screen(
        "mapping_tests",
        f"{ODOO}-mappings",
        login="designer",
        model="integration.mapping",
        domain=DRAFT,
        script=tab("Tests"),
    ),
    Screen(
        "mapping_preview",
        f"{ODOO}-mappings",
        login="designer",
        model="integration.mapping",
        domain=DRAFT,
        script=press("button[name='action_preview']"),
    ),
    Screen(
        "mapping_preview_phone",
        f"{ODOO}-mappings",
        PHONE,
        login="designer",
        model="integration.mapping",
        domain=DRAFT,
        script=press(
            ".o_statusbar_buttons .oi-ellipsis-v", "button[name='action_preview']"
        ),
    ),
    Screen(
        "attention_ownership",
        f"{ODOO}-attention",
        login="operator",
        model="integration.exception",
        domain=(("state", "=", "open"), ("error_class", "=", "ownership")),
    ),
    Screen(
        "tax_choice",
        f"{ODOO}-value-maps",
        login="manager",
        model="integration.value.map",
        domain=TAXES,
        script=TAX_CHOICE,
    ),
    Screen(
        "group_preview",
        f"{ODOO}-value-maps",
        login="manager",
        model="integration.value.map",
        domain=TAXES,
        script=TAX_PREVIEW,
    ),
    Screen(
        "group_preview_phone",
        f"{ODOO}-previews",
        PHONE,
        login="manager",
        model="integration.exception.group",
    ),
)
