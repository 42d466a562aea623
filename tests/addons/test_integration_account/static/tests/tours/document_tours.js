import { registry } from "@web/core/registry";

const step = (key) => `.o_integration_step[data-key='${key}']`;
const done = (key) => `.o_integration_step_done[data-key='${key}']`;
const tab = (label) => `.o_notebook .nav-link:contains("${label}")`;

registry.category("web_tour.tours").add("integration_accounting_setup", {
    steps: () => [
        {
            content: "the assistant says what is missing for documents",
            trigger: `${step("accounting")}:not(${done("accounting")})`,
        },
        {
            content: "let it be proposed",
            trigger: `${step("accounting")} button[name='action_propose_accounting']`,
            run: "click",
        },
        {
            content: "it says what it would create, before it does",
            trigger:
                ".modal .o_data_row:contains('Peer pay invoices'):contains('Create')",
        },
        {
            content: "the name of the journal is up to us",
            trigger: ".modal .o_data_row:contains('Peer pay invoices') td[name='name']",
            run: "click",
        },
        {
            content: "another name",
            trigger: ".modal .o_data_row.o_selected_row td[name='name'] input",
            run: "edit Shop invoices",
        },
        {
            content: "create and use",
            trigger: ".modal-footer button[name='action_apply']:visible",
            run: "click",
        },
        {
            content: "the step is ticked and says where it books",
            trigger: `body:not(:has(.modal)) ${done("accounting")}:contains('Shop invoices')`,
        },
        { content: "all of it stands in a tab", trigger: tab("Accounting"), run: "click" },
        {
            content: "the journal for invoices",
            trigger: ".o_field_widget[name='sale_journal_id'] input:value('Shop invoices')",
        },
        {
            content: "and the clearing account for the money",
            trigger:
                ".o_field_widget[name='gateway_journal_ids'] " +
                ".o_data_row:contains('EUR'):contains('Peer pay clearing EUR')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_attention_tax", {
    steps: () => [
        {
            content: "a tax that nobody has mapped, and how many wait for it",
            trigger: ".o_data_row:contains('txr_7') td[name='waiting_count']:contains('2')",
            run: "click",
        },
        {
            content: "why, what next, and the button for it",
            trigger:
                ".o_integration_notice:contains('it has no tax in Odoo yet') " +
                "button[name='action_solve']:contains('Map now')",
            run: "click",
        },
        {
            content: "the dialog asks in the words of the tax, with the proposal in it",
            trigger:
                ".modal:has(.modal-title:contains('VAT 7 %')) " +
                ".o_field_widget[name='tax_id'] input:value('7 %')",
        },
        {
            content: "take it",
            trigger: ".modal-footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "back to the list: it no longer waits",
            trigger: "body:not(:has(.modal)) .breadcrumb-item a:contains('Needs Attention')",
            run: "click",
        },
        {
            content: "nothing is left",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('txr_7')))",
        },
    ],
});

registry.category("web_tour.tours").add("integration_invoice_result", {
    steps: () => [
        {
            content: "the message says how much it is about",
            trigger: ".o_field_widget[name='amount_text']:contains('107.00')",
        },
        { content: "what came of it", trigger: tab("Result"), run: "click" },
        {
            content: "journal items: the customer owes it",
            trigger:
                ".o_field_widget[name='ledger'] tr:contains('Rosa Klee') " +
                "td[data-label='Debit']:contains('107.00')",
        },
        {
            content: "an empty side stays empty",
            trigger:
                ".o_field_widget[name='ledger'] " +
                "tr:has(td[data-label='Debit']:contains('107.00')) " +
                "td[data-label='Credit']:not(:contains('empty'))",
        },
        {
            content: "the sums are equal, and it says so",
            trigger:
                ".o_field_widget[name='ledger']:contains('Debit and credit are equal.') " +
                "tr[data-key='total:EUR'] td[data-label='Credit']:contains('107.00')",
        },
        {
            content: "open the invoice",
            trigger: "button[name='action_open_document']",
            run: "click",
        },
        {
            content: "it is posted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')",
        },
        {
            content: "it knows where it comes from",
            trigger: "button[name='action_open_integrations']:contains('1')",
            run: "click",
        },
        {
            content: "the object there",
            trigger: ".o_list_view .o_data_row:contains('in_1')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_shifted", {
    steps: () => [
        {
            content: "it waits for a decision",
            trigger: ".o_data_row:contains('Waits for your decision') td[name='title']",
            run: "click",
        },
        {
            content: "the notice says why",
            trigger: ".o_integration_notice:contains('was not booked')",
        },
        {
            content: "book it",
            trigger: ".o_statusbar_buttons button[name='action_book']",
            run: "click",
        },
        {
            content: "not without a reason",
            trigger: ".modal .o_field_widget[name='reason'] :is(input, textarea)",
            run: "edit Agreed with the tax adviser",
        },
        {
            content: "decide",
            trigger: ".modal-footer button[name='action_decide']:contains('Book with note')",
            run: "click",
        },
        {
            content: "it is on its way, and the decision stands there",
            trigger:
                "body:not(:has(.modal)) " +
                ".o_integration_notice:contains('is being booked'):contains('Agreed with the tax adviser')",
        },
        {
            content: "no second decision",
            trigger: "body:not(:has(.o_statusbar_buttons button[name='action_book']:visible))",
        },
    ],
});

registry.category("web_tour.tours").add("integration_shifted_booked", {
    steps: () => [
        {
            content: "the list still knows that it changed its month",
            trigger: ".o_integration_notice:contains('instead of')",
        },
        {
            content: "from here to the entry",
            trigger: "button[name='action_open_document']",
            run: "click",
        },
        {
            content: "whose notes have the reason",
            trigger: ".o-mail-Message:contains('Agreed with the tax adviser')",
        },
    ],
});
