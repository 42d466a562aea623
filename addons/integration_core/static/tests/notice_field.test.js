import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, onRpc } from "@web/../tests/web_test_helpers";
import { definePieces, mountPiece } from "./field_test_helpers";

definePieces();

const VALUE = {
    level: "danger",
    what: "Phone was not changed.",
    why: "Another system owns it.",
    next: "Send a change request.",
    buttons: [
        { label: "Send", method: "action_send", primary: true },
        { label: "Override", method: "action_override" },
    ],
};

test("what, why, next and the buttons stand there, in this order", async () => {
    await mountPiece("integration_notice", VALUE);
    expect(".o_integration_notice_danger").toHaveAttribute("role", "alert");
    expect(queryAllTexts(".o_integration_notice p")).toEqual([
        "Stopped:\nPhone was not changed.",
        "Another system owns it.",
        "Send a change request.",
    ]);
    expect(queryAllTexts(".o_integration_notice button")).toEqual(["Send", "Override"]);
    expect(".o_integration_notice .btn-primary").toHaveText("Send");
    expect(".o_integration_notice .fa-times-circle").toHaveCount(1);
});

test("a button calls its method on the record", async () => {
    onRpc("action_override", ({ args }) => {
        expect.step(`override ${args[0]}`);
        return false;
    });
    await mountPiece("integration_notice", VALUE);
    await contains(".o_integration_notice .btn-secondary").click();
    expect.verifySteps(["override 1"]);
});

test("a mere note does not interrupt", async () => {
    await mountPiece("integration_notice", { level: "info", what: "All is well." });
    expect(".o_integration_notice_info").toHaveAttribute("role", "status");
    expect(".o_integration_notice p").toHaveCount(1);
    expect(".o_integration_notice button").toHaveCount(0);
});

test("false shows nothing", async () => {
    await mountPiece("integration_notice", false);
    expect(".o_integration_notice").toHaveCount(0);
});

test("text is text, never markup", async () => {
    await mountPiece("integration_notice", { level: "odd", what: "<b>x</b>" });
    expect(".o_integration_notice_what").toHaveText(/<b>x<\/b>/);
    expect(".o_integration_notice b").toHaveCount(0);
    expect(".o_integration_notice_info").toHaveCount(1);
});
