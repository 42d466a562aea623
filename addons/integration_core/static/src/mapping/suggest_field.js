import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

let lastList = 0;

/**
 * A text field of a mapping's line that suggests what fits: fields of the common
 * format, or paths of the sample. Anything else may still be typed.
 *
 * Option `from`: field of the mapping with `[[path, label], …]`.
 */
export class IntegrationSuggestField extends CharField {
    static template = "integration_core.SuggestField";
    static props = { ...CharField.props, from: { type: String, optional: true } };

    setup() {
        super.setup();
        this.listId = `o_integration_suggest_${++lastList}`;
    }

    get mapping() {
        return this.props.record._parentRecord;
    }

    /** The list that this line stands in, as a line of the same mapping. */
    get outer() {
        const parent = this.props.record.data.parent_id;
        const lines = this.mapping?.data.line_ids?.records || [];
        return parent && lines.find((line) => line.resId === parent.id);
    }

    /** Inside a list a path begins at its element. */
    get suggestions() {
        const all = this.mapping?.data[this.props.from] || [];
        if (!this.props.record.data.parent_id) {
            return all;
        }
        const outer = this.outer?.data[this.props.name];
        const prefix = `${(outer || "").replace(/[[\]]/g, "")}.`;
        return all
            .filter(([path]) => path.startsWith(prefix))
            .map(([path, label]) => [path.slice(prefix.length), label]);
    }
}

export const integrationSuggestField = {
    ...charField,
    component: IntegrationSuggestField,
    displayName: _t("Integration suggestions"),
    extractProps: (info, dynamic) => ({
        ...charField.extractProps(info, dynamic),
        from: info.options.from,
    }),
};

registry.category("fields").add("integration_suggest", integrationSuggestField);
