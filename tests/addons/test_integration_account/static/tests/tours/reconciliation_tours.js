import { registry } from "@web/core/registry";

const row = (text) => `.o_field_widget[name='line_ids'] .o_data_row:contains('${text}')`;

registry.category("web_tour.tours").add("integration_reconciliation_explain", {
    steps: () => [
        {
            content: "both sides next to each other, and what they differ by",
            trigger:
                ".o_integration_tie:contains('Difference'):has(.text-danger) strong",
        },
        {
            content: "the control totals name the kind that differs",
            trigger:
                ".o_integration_compare tr.o_integration_compare_problem" +
                ":contains('Movements of the balance')",
        },
        {
            content: "the fee that never came",
            trigger: `${row("txn_fee")}:contains('Missing in Odoo')`,
        },
        {
            content: "say why it may stay so",
            trigger: `${row("txn_fee")} button[name='action_explain']`,
            run: "click",
        },
        {
            content: "without a reason nothing is explained",
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Invoiced separately in March",
        },
        {
            content: "explain",
            trigger: ".modal-footer button[name='action_explain']:visible",
            run: "click",
        },
        {
            content: "it is explained, and can be signed by somebody else",
            trigger: `body:not(:has(.modal)) ${row("txn_fee")}:contains('Explained')`,
        },
        {
            content: "who explained does not sign",
            trigger: ".o_form_view:not(:has(button[name='action_sign']:visible))",
        },
    ],
});

registry.category("web_tour.tours").add("integration_reconciliation_sign", {
    steps: () => [
        {
            content: "the list shows what is to be signed, by month",
            trigger: ".o_group_header:contains('February 2026')",
        },
        {
            content: "both sides and the difference in one line",
            trigger: ".o_data_row:contains('Demo') .badge:contains('Explained')",
        },
        {
            content: "open it",
            trigger: ".o_data_row:contains('Demo') td[name='connector_id']",
            run: "click",
        },
        {
            content: "sign",
            trigger: "button[name='action_sign']:visible",
            run: "click",
        },
        {
            content: "yes, I have looked at it",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "signed, and by whom",
            trigger: "body:not(:has(.modal)) .ribbon:contains('Signed')",
        },
        {
            content: "nothing can be changed any more",
            trigger:
                ".o_form_view:not(:has(button[name='action_compare_again']:visible))",
        },
        {
            content: "the certificate can be printed",
            trigger: "button[name='action_print']:visible",
        },
    ],
});

registry.category("web_tour.tours").add("integration_opening_balance", {
    steps: () => [
        {
            content: "the tab of the connector",
            trigger: ".o_notebook .nav-link:contains('Accounting')",
            run: "click",
        },
        {
            content: "ask what the gateway held",
            trigger: "button[name='action_opening_balance']:visible",
            run: "click",
        },
        {
            content: "one for each currency of the balance",
            trigger: ".o_list_view .o_data_row:contains('250.00') td[name='currency_id']",
            run: "click",
        },
        {
            content: "the sum that it is made of",
            trigger: ".o_integration_tie:contains('365.25'):contains('115.25')",
        },
        {
            content: "against which account",
            trigger: ".o_field_widget[name='account_id'] input",
            run: "edit Gateway until now",
        },
        {
            content: "choose it",
            trigger: ".o-autocomplete--dropdown-item:contains('Gateway until now')",
            run: "click",
        },
        {
            content: "confirm and book",
            trigger: "button[name='action_confirm']",
            run: "click",
        },
        {
            content: "it is booked, and can be undone",
            trigger: "button[name='action_reverse']:visible",
        },
        {
            content: "its entry is one click away",
            trigger: "button[name='action_open_move']:visible",
        },
    ],
});
