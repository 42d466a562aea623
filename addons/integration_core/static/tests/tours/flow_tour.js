import { registry } from "@web/core/registry";

const filter = ".o_field_widget[name='filter'] input";

registry.category("web_tour.tours").add("integration_flow_filter", {
    steps: () => [
        {
            content: "without a filter everything passes",
            trigger: ".o_field_widget[name='reach_text']:contains('Everything')",
        },
        {
            content: "one that cannot be read",
            trigger: filter,
            run: "edit name = 'obj_1' && press Tab",
        },
        {
            content: "is told at once, and how it is written",
            trigger: ".o_field_widget[name='reach_problem']:contains('for example')",
        },
        {
            content: "the right one",
            trigger: filter,
            run: "edit name == 'obj_1' && press Tab",
        },
        {
            content: "says what it lets through before it is saved",
            trigger:
                ".o_field_widget[name='reach_text']:contains('1 of the newest 3 messages')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});
