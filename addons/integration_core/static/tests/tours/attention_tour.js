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
