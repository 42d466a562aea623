import { registry } from "@web/core/registry";

const view = (name) => `.o_switch_view.o_${name}`;
const tab = (label) => `.o_notebook .nav-link:contains("${label}")`;

registry.category("web_tour.tours").add("integration_subscriptions", {
    steps: () => [
        {
            content: "plan, status and amount in the list",
            trigger: ".o_data_row:contains('Rosa Klee'):contains('Plan Pro'):contains('Active')",
        },
        { content: "the calendar", trigger: view("calendar"), run: "click" },
        {
            content: "shows what is invoiced next",
            trigger: ".o_calendar_view .fc-event:contains('Plan Pro')",
        },
        { content: "cards", trigger: view("kanban"), run: "click" },
        {
            content: "say that one will end",
            trigger: ".o_kanban_record:contains('Ends')",
            run: "click",
        },
        {
            content: "the form says so first, and why",
            trigger: ".o_integration_notice:contains('It ends on'):contains('Too expensive')",
        },
        { content: "its invoices", trigger: tab("Invoices"), run: "click" },
        {
            content: "with what is open",
            trigger: ".o_field_widget[name='invoice_ids'] .o_data_row:contains('119.00')",
        },
        {
            content: "all of them",
            trigger: "button[name='action_open_invoices']",
            run: "click",
        },
        {
            content: "in a list of their own",
            trigger: ".o_breadcrumb .active:contains('Invoices of Plan Pro × 3')",
        },
        {
            content: "one of them",
            trigger: "body:not(:has(.o_form_view)) .o_data_row td[name='name']",
            run: "click",
        },
        {
            content: "leads back to its subscription",
            trigger: "button[name='action_open_integration_subscription']",
            run: "click",
        },
        {
            content: "and on to the customer",
            trigger: ".o_form_view .oe_title a.o_form_uri:contains('Rosa Klee')",
            run: "click",
        },
        {
            content: "whose button counts them",
            trigger:
                "button[name='action_open_integration_subscriptions']:contains('2')",
        },
        { content: "and whose page", trigger: tab("Subscriptions"), run: "click" },
        {
            content: "lists them",
            trigger:
                ".o_field_widget[name='integration_subscription_ids'] " +
                ".o_data_row:contains('Plan Pro × 3')",
        },
        {
            content: "what the customer may use",
            trigger:
                "button[name='action_open_integration_entitlements']:contains('1')",
            run: "click",
        },
        {
            content: "now",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains('Single sign-on'))) " +
                ".o_data_row:contains('API access'):contains('Active')",
        },
        {
            content: "and what it could before",
            trigger: ".o_facet_remove",
            run: "click",
        },
        {
            content: "is one row",
            trigger:
                ".o_data_row:contains('Ended') td[name='name']:contains('Single sign-on')",
            run: "click",
        },
        {
            content: "that leads to the customer",
            trigger: "button[name='action_open_customer']",
            run: "click",
        },
        {
            content: "again",
            trigger: "button[name='action_open_integration_entitlements']",
        },
    ],
});
