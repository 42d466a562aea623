import { registry } from "@web/core/registry";

const step = (words) => `.o_integration_step:contains('${words}')`;

registry.category("web_tour.tours").add("integration_map_tax", {
    steps: () => [
        {
            content: "the tax that nobody mapped says what waits for it",
            trigger: `${step("VAT 19 %, US, not included (txr_1)")}:contains('119.00')`,
        },
        {
            content: "map it now",
            trigger: `${step("txr_1")} button:contains('Map now')`,
            run: "click",
        },
        {
            content: "the dialog has the proposal in it",
            trigger:
                ".modal .o_field_widget[name='tax_id'] input:value('19 % S'), " +
                ".modal .o_field_widget[name='tax_id']:contains('19 % S')",
        },
        {
            content: "take it",
            trigger: ".modal-footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "it is no longer missing, its line has the tax",
            trigger:
                `body:not(:has(.modal)):not(:has(${step("txr_1")})) ` +
                ".o_data_row:contains('txr_1'):contains('19 % S')",
        },
        {
            content: "the other one has a proposal too: accept it on its line",
            trigger:
                ".o_data_row:contains('txr_2') button[name='action_accept_proposal']",
            run: "click",
        },
        {
            content: "nothing is missing any more",
            trigger: "body:not(:has(.o_integration_step)) .o_data_row:contains('txr_2')",
        },
    ],
});
