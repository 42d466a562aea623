import { waitUntil } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const step = (key) => `.o_integration_step[data-key='${key}']`;
const done = (key) => `.o_integration_step_done[data-key='${key}']`;

registry.category("web_tour.tours").add("integration_new", {
    steps: () => [
        {
            content: "connect a system",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "which system",
            trigger: ".o_form_view .o_field_widget[name='system'] input",
            run: "click",
        },
        {
            content: "the first one will do",
            trigger: ".o_select_menu_item:not(:contains('Select'))",
            run: "click",
        },
        {
            content: "the choice has arrived",
            trigger: ".o_field_widget[name='system'] input",
            run: ({ anchor }) => waitUntil(() => anchor.value),
        },
        {
            content: "its name",
            trigger: ".o_field_widget[name='name'] input",
            run: "edit Made by hand",
        },
        { content: "keep it", trigger: ".o_form_button_save", run: "click" },
        {
            content: "the assistant begins",
            trigger: `.o_form_saved ${step("people")}`,
        },
    ],
});

registry.category("web_tour.tours").add("integration_setup", {
    steps: () => [
        {
            content: "the first step asks for a technical user",
            trigger: `${step("people")} button[name='action_create_service_user']`,
            run: "click",
        },
        { content: "the step is ticked", trigger: done("people") },
        {
            content: "store the key",
            trigger: `${step("key")} button[name='action_add_key']`,
            run: "click",
        },
        {
            content: "type the secret",
            trigger: ".modal .o_field_widget[name='value'] input[type='password']",
            run: "edit not-a-real-key",
        },
        { content: "store it", trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "test the connection",
            trigger: `body:not(:has(.modal)) ${step("key")} button[name='action_test_connection']`,
            run: "click",
        },
        {
            content: "the account's name is shown",
            trigger: `${done("key")}:contains("ACME, test mode")`,
        },
        {
            content: "register the webhook",
            trigger: `${step("webhook")} button[name='action_register_webhook']`,
            run: "click",
        },
        {
            content: "it waits for the first message",
            trigger: `${step("webhook")} button[name='action_look_again']`,
        },
        {
            content: "choose what to exchange",
            trigger: `${step("flows")} button[name='action_add_flows']`,
            run: "click",
        },
        { content: "the flows are there", trigger: done("flows") },
        {
            content: "submit",
            trigger: `${step("submit")} button[name='action_submit']`,
            run: "click",
        },
        {
            content: "the person who asked may not approve",
            trigger: ".o_integration_notice:contains('A second person must approve')",
        },
        {
            content: "and has no button for it",
            trigger: "body:not(:has(button[name='action_approve']))",
        },
    ],
});

registry.category("web_tour.tours").add("integration_approve", {
    steps: () => [
        {
            content: "the second person approves",
            trigger: ".o_integration_notice button[name='action_approve']",
            run: "click",
        },
        {
            content: "the connector is at work",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Active')",
        },
        { content: "nothing is left to say", trigger: "body:not(:has(.o_integration_notice))" },
        {
            content: "the flows only compare until somebody says otherwise",
            trigger: `${step("live")} button[name='action_go_live_flows']`,
            run: "click",
        },
        {
            content: "sure",
            trigger: ".modal-footer .btn-primary:contains('Set live')",
            run: "click",
        },
        {
            content: "nobody sets them live alone",
            trigger: `body:not(:has(.modal)) ${step("live")}:contains('second person')`,
        },
    ],
});

registry.category("web_tour.tours").add("integration_approve_live", {
    steps: () => [
        {
            content: "the request says which flows, and what follows",
            trigger: ".o_kanban_record:contains('Set live'):contains('changes Odoo')",
            run: "click",
        },
        {
            content: "flow by flow: now and then",
            trigger: ".o_integration_compare td:contains('Compare only')",
        },
        {
            content: "agree",
            trigger: ".o_statusbar_buttons button[name='action_approve']",
            run: "click",
        },
        {
            content: "it is decided",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Approved')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_live", {
    steps: () => [
        { content: "they are live", trigger: done("live") },
        {
            content: "what is there already can be read",
            trigger: `${step("load")} button[name='action_load_flows']`,
        },
    ],
});
