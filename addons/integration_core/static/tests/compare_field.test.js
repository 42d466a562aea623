import { expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { contains } from "@web/../tests/web_test_helpers";
import { definePieces, mountPiece } from "./field_test_helpers";

definePieces();

const COLUMNS = [
    { key: "before", label: "Before" },
    { key: "after", label: "After" },
];

function row(key, before, after, status) {
    return { key, label: key.toUpperCase(), cells: { before, after }, status };
}

const VALUE = {
    columns: COLUMNS,
    rows: [
        row("name", "Ada", "Ada", "same"),
        row("email", null, "ada@example.com", "added"),
        row("phone", "1", "2", "changed"),
        row("city", "Graz", "", "missing"),
        row("active", true, true, "same"),
    ],
    note: "Read at noon.",
};

const KEYS = ".o_integration_compare tbody tr";

test("differences come first, equal rows wait behind a button", async () => {
    await mountPiece("integration_compare", VALUE);
    expect(queryAllAttributes(KEYS, "data-key")).toEqual(["phone", "city", "email"]);
    expect(".o_integration_compare_toggle").toHaveText("Show all (5)");
    expect(".o_integration_compare_toggle").toHaveAttribute("aria-expanded", "false");
    await contains(".o_integration_compare_toggle").click();
    expect(queryAllAttributes(KEYS, "data-key")).toEqual([
        "phone",
        "city",
        "email",
        "name",
        "active",
    ]);
    expect(".o_integration_compare_toggle").toHaveText("Show differences only");
    await contains(".o_integration_compare_toggle").click();
    expect(KEYS).toHaveCount(3);
});

test("numbers, words, blanks and the note are written out", async () => {
    await mountPiece("integration_compare", VALUE, { show_same: true });
    expect(queryAllTexts(".o_integration_compare_summary li")).toEqual([
        "1 changed",
        "1 missing",
        "1 new",
        "2 the same",
    ]);
    expect("tr[data-key='phone'] td.o_integration_compare_mark").toHaveText("Changed");
    expect("tr[data-key='email'] td[data-label='Before']").toHaveText("empty");
    expect("tr[data-key='city'] td[data-label='After']").toHaveText("empty");
    expect("tr[data-key='active'] td[data-label='After']").toHaveText("Yes");
    expect(".o_integration_compare_note").toHaveText("Read at noon.");
});

test("when nothing differs, it says so", async () => {
    await mountPiece("integration_compare", {
        columns: COLUMNS,
        rows: [row("name", "Ada", "Ada", "same")],
    });
    expect(KEYS).toHaveCount(0);
    expect(".o_integration_compare_empty").toHaveText("No difference.");
});

test("a plain table is shown whole, and what is empty may stay empty", async () => {
    await mountPiece("integration_compare", {
        columns: [{ key: "debit", label: "Debit", align: "end" }],
        rows: [
            { key: "1", label: "400000 Sales", cells: { debit: "" } },
            { key: "total", label: "Total", strong: true, cells: { debit: "10.00" } },
        ],
        plain: true,
        hide_blank: true,
        first: "Account",
    });
    expect(".o_integration_compare_bar").toHaveCount(0);
    expect(queryAllTexts(`${KEYS} th`)).toEqual(["400000 Sales", "Total"]);
    expect("tr[data-key='1'] td").toHaveText("");
    expect("tr[data-key='total'] td").toHaveClass("text-end");
    expect("tr[data-key='total']").toHaveClass("o_integration_compare_strong");
    expect("tr[data-key='1']").not.toHaveClass("o_integration_compare_strong");
});

test("no rows: the text given, never an empty table", async () => {
    await mountPiece("integration_compare", { columns: [], rows: [], empty: "Soon." });
    expect(".o_integration_compare_empty").toHaveText("Soon.");
    expect("table").toHaveCount(0);
});

test("no value at all breaks nothing", async () => {
    await mountPiece("integration_compare", false);
    expect(".o_integration_compare_empty").toHaveText("Nothing to compare.");
});

test("values are text, never markup", async () => {
    await mountPiece("integration_compare", {
        columns: COLUMNS,
        rows: [row("name", "<b>Ada</b>", { a: 1 }, "changed")],
    });
    expect("tr[data-key='name'] td[data-label='Before']").toHaveText("<b>Ada</b>");
    expect("tr[data-key='name'] td[data-label='After']").toHaveText('{"a":1}');
    expect(".o_integration_compare b").toHaveCount(0);
});

test("single values say whether they agree, in words as well", async () => {
    const cells = { before: "a@x.example", after: "b@x.example" };
    await mountPiece("integration_compare", {
        columns: COLUMNS,
        plain: true,
        rows: [
            { key: "email", label: "E-mail", cells, marks: { before: "same", after: "changed" } },
            { key: "city", label: "City", cells: { before: "Graz", after: "" } },
        ],
    });
    expect("[data-key='email'] .o_integration_compare_cell_same").toHaveText(
        /agrees:\s*a@x.example/
    );
    expect("[data-key='email'] .o_integration_compare_cell_changed").toHaveText(
        /differs:\s*b@x.example/
    );
    expect("[data-key='city'] .fa").toHaveCount(0);
});
