import { waitUntil } from "@odoo/hoot-dom";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const LINES = ".o_field_widget[name='line_ids']";
const cell = (name, text) => `${LINES} td[name='${name}']:contains(/^${text}$/)`;
const tab = (name) => `.o_notebook .nav-link[name='${name}']`;

const call = (model, method, args) =>
    rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });

/** Types another source into the line of a field. */
const source = (before, after) => [
    {
        content: `open the line that reads ${before}`,
        trigger: cell("source", before),
        run: "click",
    },
    {
        content: `read ${after} instead`,
        trigger: `${LINES} .o_selected_row td[name='source'] input`,
        run: `edit ${after}`,
    },
];

registry.category("web_tour.tours").add("integration_mapping_draft", {
    steps: () => [
        {
            content: "the version in use stays as it is",
            trigger: "button[name='action_new_version']",
            run: "click",
        },
        {
            content: "the draft has its tests",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Draft')",
        },
        {
            content: "what a line makes of the sample",
            trigger: `${LINES} td[name='result_now']:contains('Ada')`,
        },
        ...source("name", "nick"),
        {
            content: "fields are suggested",
            trigger: `${LINES} .o_selected_row td[name='target'] input`,
            run: ({ anchor }) =>
                waitUntil(() =>
                    [...anchor.list.options].some((option) => option.value === "phone")
                ),
        },
        {
            content: "leave the line",
            trigger: ".o_field_widget[name='version']",
            run: "click",
        },
        {
            content: "the result changes before anything is saved",
            trigger: `.o_form_dirty ${LINES} td[name='result_now']:contains('Countess')`,
        },
        { content: "keep it", trigger: ".o_form_button_save", run: "click" },
        {
            content: "the test fails now",
            trigger: "body:has(.o_form_saved) .oe_stat_button:contains('0/1')",
        },
        { content: "look at the tests", trigger: tab("tests"), run: "click" },
        {
            content: "what differs is named",
            trigger: "td[name='message']:contains('Other than expected: name')",
        },
        {
            content: "a failing test blocks",
            trigger: "button[name='action_submit']",
            run: "click",
        },
        {
            content: "and says which",
            trigger: ".modal:contains('does not pass its tests') .btn-primary",
            run: "click",
        },
        {
            content: "open the test",
            trigger: "body:not(:has(.modal)) td[name='name']:contains('Ada')",
            run: "click",
        },
        {
            content: "take the new result",
            trigger: ".modal button[name='action_accept']",
            run: "click",
        },
        {
            content: "really",
            trigger: ".modal:contains('expects what comes out now') .btn-primary:contains('Ok')",
            run: "click",
        },
        {
            content: "it passes",
            trigger: ".modal .o_field_widget[name='result']:contains('Passes')",
        },
        { content: "close the test", trigger: ".modal .btn-close", run: "click" },
        { content: "what changes", trigger: `body:not(:has(.modal)) ${tab("changes")}`, run: "click" },
        {
            content: "in words",
            trigger:
                ".o_integration_compare_changed:contains('from name'):contains('from nick')",
        },
        {
            content: "preview",
            trigger: "button[name='action_preview']",
            run: "click",
        },
        {
            content: "what would happen, and that nothing did",
            trigger: ".modal .o_field_widget[name='notice']:contains('Nothing was written')",
        },
        {
            content: "side by side",
            trigger: ".modal .o_field_widget[name='line_table'] tr:contains('Countess')",
        },
        { content: "name a test", trigger: ".modal .o_field_widget[name='test_name'] input", run: "edit Kept" },
        { content: "keep it", trigger: ".modal button[name='action_keep_test']", run: "click" },
        { content: "kept", trigger: ".modal .text-success:contains('Kept')" },
        { content: "close", trigger: ".modal .btn-close", run: "click" },
        {
            content: "submit",
            trigger: "body:not(:has(.modal)) button[name='action_submit']",
            run: "click",
        },
        {
            content: "a second person is waited for",
            trigger: ".alert:contains('waits for a second person')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_mapping_publish", {
    steps: () => [
        {
            content: "approve",
            trigger: "button[name='action_approve']",
            run: "click",
        },
        {
            content: "in use",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('In use')",
        },
        { content: "all versions", trigger: tab("versions"), run: "click" },
        {
            content: "who approved it, and what it changed",
            trigger: ".o_field_widget[name='version_ids'] tr:contains('now from nick')",
        },
        {
            content: "use the former one again",
            trigger: ".o_field_widget[name='version_ids'] button[name='action_revert']",
            run: "click",
        },
        {
            content: "what that changes",
            trigger: ".modal .o_integration_compare_changed:contains('from nick')",
        },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Names were lost",
        },
        {
            content: "do it",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        {
            content: "the former version is in use",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('In use')",
        },
        {
            content: "the history names the reason",
            trigger: ".o-mail-Message:contains('Names were lost')",
        },
    ],
});

registry.category("web_tour.tours").add("integration_mapping_two_people", {
    steps: () => [
        ...source("email", "mail"),
        {
            content: "somebody else changes the same line meanwhile",
            trigger: "body",
            run: async () => {
                const domain = [
                    ["mapping_id.state", "=", "draft"],
                    ["source", "=", "email"],
                ];
                const ids = await call("integration.mapping.line", "search", [domain]);
                await call("integration.mapping.line", "write", [ids, { source: "e_mail" }]);
            },
        },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "refused, with who and what",
            trigger:
                ".modal:contains('Not saved'):contains('email → e_mail'):contains('Source mail') .btn-secondary",
            run: "click",
        },
        {
            content: "what was typed is still there",
            trigger: `body:not(:has(.modal)) ${LINES} td[name='source'] input:value(mail)`,
        },
        {
            content: "discard it",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        { content: "the other's change", trigger: `.o_form_saved ${cell("source", "e_mail")}` },
    ],
});
