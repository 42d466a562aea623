import { registry } from "@web/core/registry";

const tab = (label) => `.o_notebook .nav-link:contains("${label}")`;

registry.category("web_tour.tours").add("integration_messages", {
    steps: () => [
        {
            content: "an auditor reads, and finds the message",
            trigger:
                ".o_list_view:not(:has(.o_list_button_add)) " +
                ".o_data_row:contains('obj_done'):contains('Done') td[name='source_type']",
            run: "click",
        },
        {
            content: "the title is a sentence",
            trigger: ".oe_title:contains('Customer obj_done'):contains('done')",
        },
        {
            content: "the story ends in Odoo",
            trigger: ".o_integration_step_done[data-key='applied']:contains('Ada Second')",
        },
        {
            content: "no button to change anything",
            trigger: ".o_form_view:not(:has(button[name='action_retry']:visible))",
        },
        { content: "the result", trigger: tab("Result"), run: "click" },
        {
            content: "old and new value side by side",
            trigger:
                ".o_integration_compare_changed:contains('Ada First'):contains('Ada Second')",
        },
        { content: "the content", trigger: tab("Content"), run: "click" },
        {
            content: "is masked",
            trigger:
                ".o_field_widget[name='payload']:contains('•••@example.com')" +
                ":not(:contains('ada@example.com'))",
        },
        { content: "the log", trigger: tab("Log"), run: "click" },
        {
            content: "has the change",
            trigger: ".o_field_widget[name='log_ids'] .o_data_row:contains('Changed')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_log", {
    steps: () => [
        {
            content: "the log cannot be written",
            trigger: ".o_list_view:not(:has(.o_list_button_add))",
        },
        {
            content: "open the change",
            trigger: ".o_data_row:contains('Ada Second') td[name='operation']:contains('Changed')",
            run: "click",
        },
        {
            content: "a sentence says what happened",
            trigger: ".oe_title:contains('Ada Second: changed from obj_done')",
        },
        {
            content: "before and after",
            trigger: "tr[data-key$=':name'] td[data-label='After']:contains('Ada Second')",
        },
        { content: "the line is sealed", trigger: ".fa-lock + span:contains('Sealed')" },
        {
            content: "from here to the message",
            trigger: "button[name='action_open_event']",
            run: "click",
        },
        { content: "there it is", trigger: ".o_integration_steps" },
    ],
});

registry.category("web_tour.tours").add("integration_partner_link", {
    steps: () => [
        {
            content: "the contact knows its integrations",
            trigger: "button[name='action_open_integrations']:contains('1')",
            run: "click",
        },
        {
            content: "open the link",
            trigger: ".o_data_row:contains('obj_done') td[name='connector_id']",
            run: "click",
        },
        {
            content: "what was done to it",
            trigger: "button[name='action_open_logs']",
            run: "click",
        },
        {
            content: "two lines: created, changed",
            trigger: ".o_list_view:has(.o_data_row:contains('Created')):has(.o_data_row:contains('Changed'))",
        },
    ],
});

const START_PAGES = {
    manager: ["Connectors"],
    operator: ["Needs Attention"],
    designer: ["Field Mappings"],
    // The second one where an addon brings money to compare.
    auditor: ["Sync Log", "Reconciliations"],
};
for (const [role, pages] of Object.entries(START_PAGES)) {
    registry.category("web_tour.tours").add(`integration_start_${role}`, {
        steps: () => [
            {
                content: `the ${role} begins here`,
                trigger: pages
                    .map(
                        (page) =>
                            `.o_action:has(.o_breadcrumb:contains('${page}')) ` +
                            ".o_renderer:has(.o_kanban_record, .o_list_table, .o_nocontent_help)"
                    )
                    .join(", "),
            },
        ],
    });
}
