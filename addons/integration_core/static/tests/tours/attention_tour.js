import { registry } from "@web/core/registry";

const resolved = ".o_statusbar_status .o_arrow_button_current:contains('Resolved')";

registry.category("web_tour.tours").add("integration_attention", {
    steps: () => [
        {
            content: "open the first message",
            trigger: ".o_data_row:contains('obj_retry') td[name='message']",
            run: "click",
        },
        {
            content: "the notice says that Odoo is unchanged",
            trigger: ".o_integration_notice_warning:contains('Odoo is unchanged')",
        },
        {
            content: "the story stops at the translation",
            trigger: ".o_integration_step_blocked[data-key='mapping']",
        },
        {
            content: "retry",
            trigger: ".o_statusbar_buttons button[name='action_retry']",
            run: "click",
        },
        { content: "it is resolved", trigger: resolved },
        {
            content: "back to the list",
            trigger: ".o_back_button, .breadcrumb-item a:contains('Needs Attention')",
            run: "click",
        },
        {
            content: "the first one is gone; open the second",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains('obj_retry'))) " +
                ".o_data_row:contains('obj_skip') td[name='message']",
            run: "click",
        },
        {
            content: "skip",
            trigger: ".o_statusbar_buttons button[name='action_skip']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Deleted by hand",
        },
        {
            content: "confirm",
            trigger: ".modal-footer button[name='action_skip']",
            run: "click",
        },
        { content: "it is resolved", trigger: `body:not(:has(.modal)) ${resolved}` },
        {
            content: "the reason is kept",
            trigger: ".o_integration_step:contains('Deleted by hand')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_attention_group", {
    steps: () => [
        {
            content: "open one of them",
            trigger: ".o_data_row:contains('obj_1') td[name='message']",
            run: "click",
        },
        {
            content: "the others have the same cause; try all",
            trigger:
                ".o_integration_notice button:contains('Preview all 3')",
            run: "click",
        },
        {
            content: "two would pass, and nothing was written",
            trigger:
                ".o_integration_notice:contains('2 of 3'):contains('Nothing was written')",
        },
        {
            content: "what is red comes first; look at it",
            trigger:
                ".o_field_one2many .o_data_row:first:contains('Would stop again') td[name='message']",
            run: "click",
        },
        {
            content: "what stops it",
            trigger: ".modal .o_form_view:contains('Would stop again')",
        },
        {
            content: "back",
            trigger: ".modal .btn-close, .modal .o_form_button_cancel",
            run: "click",
        },
        {
            content: "process what passes",
            trigger: "body:not(:has(.modal)) .o_statusbar_buttons button[name='action_process']",
            run: "click",
        },
        {
            content: "they are on their way",
            trigger: ".o_integration_notice:contains('On their way: 2')",
        },
        {
            content: "one still waits for a person; hand it over",
            trigger: ".oe_stat_button[name='action_open_waiting']:contains('1')",
            run: "click",
        },
        {
            content: "choose it",
            trigger: ".o_data_row:contains('obj_3') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "assign",
            trigger: ".o_control_panel button[name='action_assign']",
            run: "click",
        },
        {
            content: "to the other manager",
            trigger: ".modal .o_field_widget[name='user_id'] input",
            run: "edit integration_second",
        },
        {
            content: "that is the one",
            trigger: ".o-autocomplete--dropdown-item:contains('integration_second') a",
            run: "click",
        },
        {
            content: "done",
            trigger: ".modal-footer button[name='action_assign']",
            run: "click",
        },
        {
            content: "the list says who has it",
            trigger:
                "body:not(:has(.modal)) .o_data_row:contains('obj_3') td[name='user_id']:contains('integration_second')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_attention_phone", {
    steps: () => [
        {
            content: "cards, not a table; take it",
            trigger:
                ".o_kanban_record:contains('obj_retry') button[name='action_assign_to_me']",
            run: "click",
        },
        {
            content: "it is mine; retry",
            trigger:
                ".o_kanban_record:contains('obj_retry')" +
                ":not(:has(button[name='action_assign_to_me'])) button[name='action_retry']",
            run: "click",
        },
        {
            content: "it is gone from the list",
            trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains('obj_retry')))",
        },
    ],
});
