import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const candidates = ".o_field_widget[name='candidate_ids']";

tours.add("integration_match", {
    steps: () => [
        {
            content: "open the question",
            trigger: ".o_data_row:contains('obj_twin') td[name='reason']",
            run: "click",
        },
        {
            content: "both sides stand next to each other",
            trigger:
                ".o_integration_compare th:contains('Twin One') ~ th:contains('Twin Two')",
        },
        {
            content: "the address agrees",
            trigger:
                ".o_integration_compare tr[data-key='email'] " +
                "td.o_integration_compare_cell_same:contains('twin@example.com')",
        },
        {
            content: "the name differs",
            trigger:
                ".o_integration_compare tr[data-key='name'] " +
                "td.o_integration_compare_cell_changed:contains('Twin One')",
        },
        {
            content: "it is the second one",
            trigger:
                `${candidates} .o_data_row:contains('Twin Two') ` +
                "button[name='action_link']:contains('Link to this')",
            run: "click",
        },
        {
            content: "it is decided and goes on",
            trigger: ".o_arrow_button_current:contains('Decided')",
        },
        {
            content: "who decided stands there",
            trigger: ".o_integration_notice:contains('It is applied')",
        },
    ],
});

tours.add("integration_match_money", {
    steps: () => [
        {
            content: "open the question",
            trigger: ".o_data_row:contains('obj_alone') td[name='reason']",
            run: "click",
        },
        {
            content: "why it is not simply linked",
            trigger: ".o_integration_notice:contains('Where money moves')",
        },
        {
            content: "link is off; a manager says how it was verified",
            trigger:
                `${candidates} .o_data_row:contains('Alone'):not(:has(` +
                "button:contains('Link to this'))) " +
                "button:contains('Link with a reason')",
            run: "click",
        },
        {
            content: "say how",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Asked by telephone",
        },
        {
            content: "link",
            trigger: ".modal-footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "it is decided",
            trigger:
                "body:not(:has(.modal)) .o_arrow_button_current:contains('Decided')",
        },
        {
            content: "the reason is kept",
            trigger: ".o_field_widget[name='decision_reason']:contains('telephone')",
        },
    ],
});

tours.add("integration_match_phone", {
    steps: () => [
        {
            content: "open the question",
            trigger: ".o_kanban_record:contains('Twin One')",
            run: "click",
        },
        {
            content: "it is the first one",
            trigger:
                `${candidates} .o_kanban_record:contains('Twin One') ` +
                "button[name='action_link']",
            run: "click",
        },
        {
            content: "it is decided and goes on",
            trigger: ".o_integration_notice:contains('It is applied')",
        },
    ],
});

tours.add("integration_duplicates", {
    steps: () => [
        {
            content: "a group of two",
            trigger:
                ".o_data_row:contains('twin@example.com'):contains('Twin One, Twin Two')",
        },
        {
            content: "open Odoo's own dialog",
            trigger:
                ".o_data_row:contains('twin@example.com') button[name='action_merge']",
            run: "click",
        },
        {
            content: "both are chosen; merge them",
            trigger:
                ".modal:has(.o_data_row:contains('Twin One')):has(" +
                ".o_data_row:contains('Twin Two')) button[name='action_merge']",
            run: "click",
        },
        {
            content: "it is done",
            trigger: ".modal:contains('no more contacts to merge')",
        },
    ],
});

tours.add("integration_match_rules", {
    steps: () => [
        {
            content: "a new rule",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "for customers, once the defaults are there",
            trigger:
                ".o_form_view:has(.o_field_widget[name='sequence'] input:value(10)) " +
                ".o_field_widget[name='entity'] input",
            run: "click",
        },
        {
            content: "choose",
            trigger: ".o_select_menu_item:contains('Customer')",
            run: "click",
        },
        {
            content: "by telephone",
            // An input that is left before it shows what was chosen takes it back: each
            // step waits for that.
            trigger:
                ".o_form_view:has(h1:contains('Customer')):has(.o_field_widget" +
                "[name='entity'] input:value(Customer)) .o_field_widget[name='key'] input",
            run: "click",
        },
        {
            content: "choose",
            trigger: ".o_select_menu_item:contains('Phone')",
            run: "click",
        },
        {
            content: "how it is compared follows; save",
            trigger:
                ".o_form_view:has(h1:contains('Customer: Phone')) .o_form_button_save",
            run: "click",
        },
        {
            content: "it has its name",
            trigger: ".o_form_saved h1:contains('Customer: Phone')",
        },
    ],
});
