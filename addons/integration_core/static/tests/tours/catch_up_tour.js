import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("integration_catch_up", {
    steps: () => [
        {
            content: "where it is explained",
            trigger: ".o_notebook .nav-link:contains('Missed messages')",
            run: "click",
        },
        {
            content: "an operator may look at once",
            trigger: "button[name='action_catch_up']",
            run: "click",
        },
        {
            content: "the run opens, and works",
            trigger: ".o_form_view .o_arrow_button_current:contains('Running')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_missed", {
    steps: () => [
        {
            content: "the list says what was missed, with counts",
            trigger:
                ".o_list_view:not(:has(.o_list_button_add)) " +
                ".o_data_row:contains('Complete'):contains('customer.updated: 2') " +
                "td[name='connector_id']",
            run: "click",
        },
        {
            content: "which of them had arrived",
            trigger: ".o_form_view .o_field_widget[name='known']:contains('1')",
        },
        {
            content: "from here to the messages",
            trigger: "button[name='action_open_messages']:contains('2')",
            run: "click",
        },
        {
            content: "those that were missed, and no other",
            trigger:
                ".o_list_view:has(.o_data_row:contains('obj_2'))" +
                ":has(.o_data_row:contains('obj_3')):not(:contains('obj_1'))",
        },
    ],
});
