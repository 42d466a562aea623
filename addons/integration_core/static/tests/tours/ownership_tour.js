import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const email = ".o_field_widget[name='email']";
const name = ".o_field_widget[name='name']";

tours.add("integration_owner_rule", {
    steps: () => [
        {
            content: "the empty list says what happens without a rule",
            trigger: ".o_view_nocontent:contains('the system that sends a value owns it')",
        },
        {
            content: "a new rule",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "for customers",
            trigger: ".o_field_widget[name='entity'] input",
            run: "click",
        },
        {
            content: "for customers",
            trigger: ".o_select_menu_item:contains('Customer')",
            run: "click",
        },
        {
            // An input that is left before it shows what was chosen takes it back: each
            // step waits for that.
            content: "their e-mail",
            trigger:
                ".o_form_view:has(.o_field_widget[name='entity'] input:value(Customer)) " +
                ".o_field_widget[name='field'] input",
            run: "click",
        },
        {
            content: "choose it",
            trigger: ".o_select_menu_item:contains('Email (')",
            run: "click",
        },
        {
            content: "ask a person",
            trigger:
                ".o_form_view:has(.oe_title:contains('Email (Customer)')) " +
                ".o_field_widget[name='on_conflict'] input",
            run: "click",
        },
        {
            content: "ask a person",
            trigger: ".o_select_menu_item:contains('Ask')",
            run: "click",
        },
        {
            content: "the head says the rule in one line",
            trigger: ".oe_title:contains('Odoo decides Email (Customer)')",
        },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        { content: "it is saved", trigger: ".o_form_saved" },
    ],
});

tours.add("integration_owned_field", {
    steps: () => [
        {
            content: "the lock says who owns it",
            trigger: `${email} .o_integration_owned:contains('owned by')`,
        },
        {
            content: "type another address",
            trigger: `${email} input`,
            run: "edit mine@azure.example && press Tab",
        },
        {
            content: "both values are shown",
            trigger: ".modal .o_integration_ownership:contains('old@azure.example')",
        },
        {
            content: "a reason is needed",
            trigger: ".modal .o_integration_override",
            run: "click",
        },
        {
            content: "it says so",
            trigger: ".modal .alert-danger:contains('Say why')",
        },
        {
            content: "give it up",
            trigger: ".modal .o_integration_cancel",
            run: "click",
        },
        {
            content: "the old value is back",
            trigger: `body:not(:has(.modal)) ${email} input:value('old@azure.example')`,
        },
        {
            content: "ask the owner to change the name",
            trigger: `${name} :is(input, textarea)`,
            run: "edit Azure Renamed && press Tab",
        },
        {
            content: "say why",
            trigger: ".modal #integration_reason",
            run: "edit new name on the letterhead",
        },
        {
            content: "send the request",
            trigger: ".modal .o_integration_request",
            run: "click",
        },
        {
            content: "it was sent",
            trigger: ".o_notification:contains('Change request sent')",
        },
        {
            content: "the record is as it was; now override the e-mail",
            trigger: `body:not(:has(.modal)) ${email} input`,
            run: "edit mine@azure.example && press Tab",
        },
        {
            content: "say why",
            trigger: ".modal #integration_reason",
            run: "edit moved",
        },
        {
            content: "until next week",
            trigger: ".modal #integration_until",
            run() {
                const day = luxon.DateTime.now().plus({ days: 7 }).toISODate();
                this.anchor.value = day;
                this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        {
            content: "override",
            trigger: ".modal .o_integration_override",
            run: "click",
        },
        {
            content: "the new value is in the form, the lock is gone",
            trigger: `body:not(:has(.modal)) ${email}:not(:has(.o_integration_owned)) input:value('mine@azure.example')`,
        },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        { content: "it is saved", trigger: ".o_form_saved" },
    ],
});

tours.add("integration_contested_value", {
    steps: () => [
        {
            content: "decide",
            trigger: ".o_integration_notice button:contains('Decide')",
            run: "click",
        },
        {
            content: "both values stand side by side",
            trigger: ".modal .o_integration_compare:contains('old@azure.example')",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit the customer wrote to us",
        },
        {
            content: "take theirs",
            trigger: ".modal button[name='action_take']",
            run: "click",
        },
        {
            content: "the message goes on",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(.o_integration_notice_warning))",
        },
    ],
});
