import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const text = (word) => `.ace_line:contains('${word}')`;

/** What the code editor holds, with a word replaced: as if it had been typed. */
function retype(from, to) {
    const editor = window.ace.edit(document.querySelector(".ace_editor"));
    editor.setValue(editor.getValue().replace(from, to), 1);
}

tours.add("integration_edit", {
    steps: () => [
        {
            content: "correct what is wrong in it",
            trigger: ".o_statusbar_buttons button[name='action_edit']",
            run: "click",
        },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Typed wrongly there",
        },
        {
            content: "see it",
            trigger: ".modal-footer button[name='action_show']",
            run: "click",
        },
        {
            content: "the content is there",
            trigger: `.modal ${text("email")}`,
            run: () => retype('"email"', '"name": "Ada", "email"'),
        },
        {
            content: "what would happen",
            trigger: `.modal:has(${text("Ada")}) button[name='action_preview']`,
            run: "click",
        },
        {
            content: "nothing was written",
            trigger: ".modal .o_integration_notice:contains('Nothing was written')",
        },
        {
            content: "ask for it",
            trigger: ".modal-footer button[name='action_apply']:contains('Ask for approval')",
            run: "click",
        },
        {
            content: "the copy waits for somebody else",
            trigger:
                "body:not(:has(.modal)) .o_integration_notice:contains('second person must approve')",
        },
    ],
});

tours.add("integration_refuse", {
    steps: () => [
        {
            content: "who asks, for what, worth how much",
            trigger: ".o_kanban_record:contains('edited message'):contains('119')",
        },
        {
            content: "not like this",
            trigger:
                ".o_kanban_record:contains('edited message') button[name='action_ask_reason']",
            run: "click",
        },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Ask them to send it again",
        },
        {
            content: "refuse",
            trigger: ".modal-footer button[name='action_refuse']",
            run: "click",
        },
        {
            content: "it does not wait any more",
            trigger:
                "body:not(:has(.modal)):not(:has(.o_kanban_record:contains('119'))) .o_kanban_view",
        },
    ],
});

tours.add("integration_change_request", {
    steps: () => [
        {
            content: "from what to what, and who asks",
            trigger: ".o_kanban_group:contains('Waiting') .o_kanban_record:contains('030 1')",
        },
        {
            content: "agree",
            trigger: ".o_kanban_group:contains('Waiting') button[name='action_approve']",
            run: "click",
        },
        {
            content: "no flow sends it: a person makes the change there",
            trigger:
                ".o_kanban_group:contains('Sent') .o_kanban_record:contains('A person makes')",
        },
        {
            content: "it is done",
            trigger: ".o_kanban_group:contains('Sent') button[name='action_say_done']",
            run: "click",
        },
        {
            content: "accepted",
            trigger: ".o_kanban_group:contains('Accepted') .o_kanban_record:contains('030 2')",
        },
    ],
});
