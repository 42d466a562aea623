import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("integration_refund_ask", {
    steps: () => [
        {
            content: "a payment of a connected system can be given back",
            trigger: "button[name='action_integration_refund']",
            run: "click",
        },
        {
            content: "the whole of it is proposed",
            trigger: ".modal .o_field_widget[name='amount'] input:value('119.00')",
        },
        {
            content: "only a part",
            trigger: ".modal .o_field_widget[name='amount'] input",
            run: "edit 30.00",
        },
        {
            content: "for whoever agrees",
            trigger: ".modal .o_field_widget[name='note'] input",
            run: "edit Wrong size",
        },
        {
            content: "it says that a second person is asked",
            trigger:
                ".modal .o_field_widget[name='what_follows']:contains('second person')",
        },
        {
            content: "ask",
            trigger: ".modal-footer button[name='action_refund']:visible",
            run: "click",
        },
        {
            content: "nothing leaves before somebody agrees",
            trigger:
                "body:not(:has(.modal)) .o_integration_notice:contains('wait for a second person')",
        },
        {
            content: "who asked sees no button to agree",
            trigger: ".o_form_view button[name='action_cancel']",
        },
    ],
});

registry.category("web_tour.tours").add("integration_refund_agree", {
    steps: () => [
        {
            content: "the request says what is asked, by whom and why",
            trigger: ".o_form_view:contains('Wrong size') .o_integration_compare:contains('30.00')",
        },
        {
            content: "agree",
            trigger: "button[name='action_approve']",
            run: "click",
        },
        {
            content: "money moves: it asks once more",
            trigger: ".modal:contains('Money moves') .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "decided",
            trigger: ".o_form_view:not(:has(button[name='action_approve']))",
        },
    ],
});

registry.category("web_tour.tours").add("integration_refund_credit_note", {
    steps: () => [
        {
            content: "money is gone and nothing says what for",
            trigger: ".o_data_row:contains('Rosa Klee') .badge:contains('Missing')",
            run: "click",
        },
        {
            content: "what, why, next",
            trigger: ".o_integration_notice:contains('without a credit note')",
        },
        {
            content: "make it",
            trigger: ".o_integration_notice button[name='action_make_credit_note']",
            run: "click",
        },
        {
            content: "it asks, and says how much",
            trigger: ".modal:contains('19.00'):contains('Rosa Klee') .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the credit note is there, and nothing is left to do",
            trigger:
                "body:not(:has(.o_integration_notice)) button[name='action_open_credit_note']",
        },
    ],
});

registry.category("web_tour.tours").add("integration_dispute_deadline", {
    steps: () => [
        {
            content: "what is to be answered, and until when",
            trigger: ".o_data_row:contains('Not received'):contains('Needs your answer')",
        },
        {
            content: "open it",
            trigger: ".o_data_row:contains('Not received') td[name='name']",
            run: "click",
        },
        {
            content: "the sentence and the task",
            trigger: ".o_integration_notice:contains('Hand in evidence')",
        },
        {
            content: "what the bank has taken",
            trigger: ".o_field_widget[name='withheld']:contains('119.00')",
        },
        {
            content: "its movement",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('Booked')",
        },
    ],
});
