import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ViewButton } from "@web/views/view_button/view_button";
import { clickParams } from "../record_button";

const { DateTime } = luxon;

// Colour is never the only sign: every state has its own icon and its own word.
const STATES = {
    done: { icon: "fa-check", word: _t("Done") },
    current: { icon: "fa-hand-o-right", word: _t("Next") },
    todo: { icon: "", word: _t("Later") },
    blocked: { icon: "fa-exclamation", word: _t("Stopped here") },
};

/**
 * A ticked list: each step has a title, one sentence and at most one button.
 *
 * Value: `{"steps": [{"key": "…", "title": "…", "sentence": "…", "state":
 * "done|current|todo|blocked", "time": ISO 8601 in UTC or null, "button":
 * RecordButton or null}]}`. View option `progress`: show "3 of 7 done" and a bar.
 */
export class IntegrationStepsField extends Component {
    static template = "integration_core.StepsField";
    static components = { ViewButton };
    static props = { ...standardFieldProps, progress: { type: Boolean, optional: true } };

    get steps() {
        const value = this.props.record.data[this.props.name];
        return (value && value.steps) || [];
    }

    get doneCount() {
        return this.steps.filter((step) => step.state === "done").length;
    }

    get donePercent() {
        return Math.round((100 * this.doneCount) / this.steps.length);
    }

    get progressText() {
        return _t("%(done)s of %(all)s done", {
            done: this.doneCount,
            all: this.steps.length,
        });
    }

    stateName(step) {
        return step.state in STATES ? step.state : "todo";
    }

    stateOf(step) {
        return STATES[this.stateName(step)];
    }

    /** Instants come as RFC 3339 or in Odoo's own form; both mean UTC. */
    _parse(time) {
        return time.includes("T")
            ? DateTime.fromISO(time, { zone: "utc" }).setZone("default")
            : deserializeDateTime(time);
    }

    timeText(step) {
        return formatDateTime(this._parse(step.time), { showSeconds: true });
    }

    /** Exact, with its zone, for whoever compares with another system's log. */
    timeTitle(step) {
        const time = this._parse(step.time);
        return `${time.toISO({ suppressMilliseconds: true })} (${time.zoneName})`;
    }

    buttonClass(step) {
        return this.stateName(step) === "current" || this.stateName(step) === "blocked"
            ? "btn-primary"
            : "btn-secondary";
    }

    clickParams(button) {
        return clickParams(button);
    }
}

export const integrationStepsField = {
    component: IntegrationStepsField,
    displayName: _t("Integration steps"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Show progress"), name: "progress", type: "boolean" },
    ],
    extractProps: ({ options }) => ({ progress: Boolean(options.progress) }),
};

registry.category("fields").add("integration_steps", integrationStepsField);
