import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("integration_payout", {
    steps: () => [
        {
            content: "one payout adds up, the other does not",
            trigger: ".o_data_row:contains('po_2'):contains('Does not add up')",
        },
        {
            content: "open the one that adds up",
            trigger: ".o_data_row:contains('po_1') td[name='name']",
            run: "click",
        },
        {
            content: "what came in and where it went",
            trigger: ".o_integration_payout_tile:contains('Payments'):contains('119.00')",
        },
        {
            content: "the fees are one of the parts",
            trigger: ".o_integration_payout_bar .o_integration_payout_fees",
        },
        {
            content: "what the fees are",
            trigger: ".o_notebook .nav-link[name='fees']",
            run: "click",
        },
        {
            content: "their sum",
            trigger: ".o_integration_compare tr[data-key='total']:contains('3.75')",
        },
        {
            content: "no bank line fits for certain: choose it",
            trigger: "button[name='action_choose_bank_line']:contains('Choose')",
            run: "click",
        },
        {
            content: "the one of that amount is proposed, as the bank wrote it",
            trigger: ".modal .o_field_widget[name='bank_line_id'] input:value('Sammel')",
        },
        {
            content: "that is it",
            trigger: ".modal-footer button[name='action_apply']:visible",
            run: "click",
        },
        {
            content: "it is in the bank",
            trigger: "body:not(:has(.modal)) .o_integration_notice:contains('In the bank')",
        },
        {
            content: "the sum ends at the bank line",
            trigger: ".o_integration_payout_tile:contains('Bank line'):contains('115.25')",
        },
        {
            content: "its transactions, grouped as people like",
            trigger: "button[name='action_open_lines']",
            run: "click",
        },
        {
            content: "the payment and the payout itself",
            trigger: ".o_list_view .o_data_row:contains('txn_pi_1')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_gateway_card", {
    steps: () => [
        {
            content: "what is on the clearing account, and what does not add up",
            trigger:
                ".o_kanban_record:contains('Gateway EUR'):contains('Clearing'):contains('In transit')",
        },
        {
            content: "one payout does not add up",
            trigger: ".o_kanban_record a:contains('Payouts that do not add up')",
            run: "click",
        },
        {
            content: "only that one",
            trigger: ".o_list_view:not(:contains('po_1')) .o_data_row:contains('po_2') td[name='name']",
            run: "click",
        },
        {
            content: "what differs is said",
            trigger: ".o_integration_notice:contains('2.00')",
        },
        {
            content: "and shown",
            trigger: ".o_integration_payout_bar .o_integration_payout_difference",
        },
    ],
});
