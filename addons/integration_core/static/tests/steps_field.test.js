import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mockTimeZone } from "@odoo/hoot-mock";
import { contains, onRpc } from "@web/../tests/web_test_helpers";
import { definePieces, mountPiece } from "./field_test_helpers";

definePieces();

const VALUE = {
    steps: [
        {
            key: "owner",
            title: "Owner",
            sentence: "Anna looks after it.",
            state: "done",
            time: "2026-11-22T09:10:11Z",
            button: null,
        },
        {
            key: "key",
            title: "Key",
            sentence: "Not tested.",
            state: "current",
            time: null,
            button: { label: "Test connection", method: "action_test" },
        },
        {
            key: "gate",
            title: "Approval",
            sentence: "",
            state: "blocked",
            time: null,
            button: { label: "Submit", method: "action_submit", confirm: "Really?" },
        },
        { key: "live", title: "Live", sentence: "", state: "todo", time: null },
    ],
};

test("every step shows its title, its word and its time", async () => {
    mockTimeZone(+1);
    await mountPiece("integration_steps", VALUE);
    expect(queryAllTexts(".o_integration_step .visually-hidden")).toEqual([
        "Done:",
        "Next:",
        "Stopped here:",
        "Later:",
    ]);
    expect("li[data-key='owner'] p").toHaveText("Anna looks after it.");
    expect("li[data-key='owner'] time").toHaveText(/10:10:11/);
    expect("li[data-key='key'] time").toHaveCount(0);
    expect("li[data-key='key']").toHaveAttribute("aria-current", "step");
    expect("li[data-key='live'] button").toHaveCount(0);
    expect(".o_integration_steps_progress").toHaveCount(0);
});

test("progress counts the ticked steps", async () => {
    await mountPiece("integration_steps", VALUE, { progress: true });
    expect("[role='progressbar']").toHaveAttribute("aria-valuenow", "1");
    expect("[role='progressbar']").toHaveAttribute("aria-label", "1 of 4 done");
});

test("a button saves the record, calls the method and reads the record anew", async () => {
    onRpc("web_save", () => expect.step("save"));
    onRpc("web_read", () => expect.step("read"));
    onRpc("action_test", ({ args }) => {
        expect.step(`test ${args[0]}`);
        return false;
    });
    await mountPiece("integration_steps", VALUE);
    await contains(".o_field_widget[name='name'] input").edit("Two");
    await contains("li[data-key='key'] button").click();
    expect.verifySteps(["read", "save", "test 1", "read"]);
});

test("a step that asks first does nothing when refused", async () => {
    onRpc("action_submit", () => {
        expect.step("submit");
        return false;
    });
    await mountPiece("integration_steps", VALUE);
    await contains("li[data-key='gate'] button").click();
    expect(".modal-body").toHaveText("Really?");
    await contains(".modal-footer .btn-secondary").click();
    expect.verifySteps([]);
    await contains("li[data-key='gate'] button").click();
    await contains(".modal-footer .btn-primary").click();
    expect.verifySteps(["submit"]);
});

test("no value: nothing is drawn", async () => {
    await mountPiece("integration_steps", false);
    expect(".o_integration_steps").toHaveCount(0);
});
