import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// In this order on the screen. Colour is never the only sign: every status has
// its own icon and its own word.
const STATUSES = {
    problem: {
        icon: "fa-exclamation-circle",
        word: _t("Problem"),
        count: _t("%s with a problem"),
    },
    changed: { icon: "fa-pencil", word: _t("Changed"), count: _t("%s changed") },
    missing: { icon: "fa-minus", word: _t("Missing"), count: _t("%s missing") },
    added: { icon: "fa-plus", word: _t("New"), count: _t("%s new") },
    same: { icon: "fa-check", word: _t("Same"), count: _t("%s the same") },
};

// Beside single values, where several records stand next to each other.
const MARKS = {
    same: { icon: "fa-check", word: _t("agrees") },
    changed: { icon: "fa-exclamation", word: _t("differs") },
};

/**
 * Values side by side, differences first.
 *
 * Value: `{"columns": [{"key", "label", "align"?: "end"}], "rows": [{"key",
 * "label", "cells": {column key: value}, "status": "problem|changed|same|missing|added"}],
 * "note"?: "…", "empty"?: "…", "plain"?: true, "hide_blank"?: true,
 * "first"?: "heading of the first column"}`; a row may be `"strong"`, and have
 * `"marks": {column key: "same|changed"}` for its single values. Rows without a difference stay behind
 * a button; a plain table is shown whole, as it has nothing to compare with.
 * View option `show_same`: they are shown from the start.
 */
export class IntegrationCompareField extends Component {
    static template = "integration_core.CompareField";
    static props = { ...standardFieldProps, showSame: { type: Boolean, optional: true } };

    setup() {
        this.state = useState({ showSame: Boolean(this.props.showSame) });
    }

    get value() {
        return this.props.record.data[this.props.name] || {};
    }

    get columns() {
        return this.value.columns || [];
    }

    get rows() {
        return this.value.rows || [];
    }

    get emptyText() {
        return this.value.empty || _t("Nothing to compare.");
    }

    statusName(row) {
        return row.status in STATUSES ? row.status : "same";
    }

    statusOf(row) {
        return STATUSES[this.statusName(row)];
    }

    rowsOf(status) {
        return this.rows.filter((row) => this.statusName(row) === status);
    }

    get sameCount() {
        return this.rowsOf("same").length;
    }

    /** Nothing differs: then the rows themselves are the answer. */
    get hasDifference() {
        return this.sameCount < this.rows.length;
    }

    get visibleRows() {
        const shown = Object.keys(STATUSES).filter(
            (status) => status !== "same" || this.state.showSame || this.value.plain
        );
        return shown.flatMap((status) => this.rowsOf(status));
    }

    /** Says the numbers and explains the icons at the same time. */
    get summary() {
        return Object.entries(STATUSES)
            .map(([name, { icon, count }]) => {
                const rows = this.rowsOf(name).length;
                return { name, icon, rows, text: count.replace("%s", rows) };
            })
            .filter((entry) => entry.rows);
    }

    get toggleText() {
        return this.state.showSame
            ? _t("Show differences only")
            : _t("Show all (%s)", this.rows.length);
    }

    toggle() {
        this.state.showSame = !this.state.showSame;
    }

    isBlank(row, column) {
        const value = row.cells && row.cells[column.key];
        return value === undefined || value === null || value === "";
    }

    /** What a value is compared with the first column, if that is said. */
    markOf(row, column) {
        return MARKS[row.marks && row.marks[column.key]] || null;
    }

    cellClass(row, column) {
        const classes = [];
        if (this.markOf(row, column)) {
            classes.push(`o_integration_compare_cell_${row.marks[column.key]}`);
        }
        if (column.align === "end") {
            classes.push("text-end");
        }
        if (this.value.hide_blank && this.isBlank(row, column)) {
            classes.push("o_integration_compare_nothing");
        }
        return classes.join(" ");
    }

    cellText(row, column) {
        const value = row.cells[column.key];
        if (typeof value === "boolean") {
            return value ? _t("Yes") : _t("No");
        }
        return typeof value === "object" ? JSON.stringify(value) : String(value);
    }
}

export const integrationCompareField = {
    component: IntegrationCompareField,
    displayName: _t("Integration comparison"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Show equal rows"), name: "show_same", type: "boolean" },
    ],
    extractProps: ({ options }) => ({ showSame: Boolean(options.show_same) }),
};

registry.category("fields").add("integration_compare", integrationCompareField);
