import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ViewButton } from "@web/views/view_button/view_button";
import { clickParams } from "../record_button";

// Colour is never the only sign: every level has its own icon and its own word.
const LEVELS = {
    info: { icon: "fa-info-circle", word: _t("Note") },
    success: { icon: "fa-check-circle", word: _t("Done") },
    warning: { icon: "fa-hand-paper-o", word: _t("Needs you") },
    danger: { icon: "fa-times-circle", word: _t("Stopped") },
};

/**
 * One notice above a form: what happened, why, what to do next, with buttons.
 *
 * Value: `{"level": "info|success|warning|danger", "what": "…", "why": "…",
 * "next": "…", "buttons": [RecordButton]}`; false or null shows nothing.
 */
export class IntegrationNoticeField extends Component {
    static template = "integration_core.NoticeField";
    static components = { ViewButton };
    static props = { ...standardFieldProps };

    get notice() {
        return this.props.record.data[this.props.name] || null;
    }

    get levelName() {
        return this.notice.level in LEVELS ? this.notice.level : "info";
    }

    get level() {
        return LEVELS[this.levelName];
    }

    /** A refusal is read out at once, a mere note when the reader is free. */
    get role() {
        return ["danger", "warning"].includes(this.levelName) ? "alert" : "status";
    }

    get buttons() {
        return this.notice.buttons || [];
    }

    buttonClass(button) {
        return button.primary ? "btn-primary" : "btn-secondary";
    }

    clickParams(button) {
        return clickParams(button);
    }
}

export const integrationNoticeField = {
    component: IntegrationNoticeField,
    displayName: _t("Integration notice"),
    supportedTypes: ["json"],
};

registry.category("fields").add("integration_notice", integrationNoticeField);
