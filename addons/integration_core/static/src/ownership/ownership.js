import { reactive, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { Record } from "@web/model/relational_model/record";
import { Field } from "@web/views/fields/field";
import { FormController } from "@web/views/form/form_controller";
import { FormLabel } from "@web/views/form/form_label";
import { OwnershipDialog } from "./ownership_dialog";

const OWNERSHIP = "integration.ownership";

/**
 * Fields of a form that another system owns: a lock at the label, and a question
 * before a change. The server refuses such a change as well; here people learn it
 * while they type, and are offered what they can do.
 *
 * Forms of models without rules are left as they are: the session says which have
 * some, so that nothing is asked for the others.
 */
patch(FormController.prototype, {
    setup() {
        super.setup(...arguments);
        if (!(session.integration_governed || []).includes(this.props.resModel)) {
            return;
        }
        const orm = useService("orm");
        const services = {
            orm,
            dialog: useService("dialog"),
            notification: useService("notification"),
        };
        // On the model, where labels, fields and records find it.
        const ownership = reactive({ resId: false, fields: {}, labelled: {} });
        this.model.ownership = ownership;
        const redraw = () => this.render(true); // widgets show the old value again
        this.model.askOwner = (record, changes, names, go) =>
            askOwner({ ...services, redraw }, ownership, record, changes, names, go);
        useEffect(
            (resId) => {
                Object.assign(ownership, { resId, fields: {} });
                if (!resId) {
                    return;
                }
                orm.call(OWNERSHIP, "owned_fields", [this.props.resModel, resId]).then(
                    (fields) => {
                        if (ownership.resId === resId) {
                            ownership.fields = fields;
                        }
                    }
                );
            },
            () => [this.model.root.resId]
        );
    },
});

patch(Record.prototype, {
    async update(changes, options) {
        const ownership = this.model.ownership;
        const isRoot = ownership && !this._parentRecord && this.resId === ownership.resId;
        if (!isRoot || !this.resId || this.model._urgentSave) {
            return super.update(changes, options);
        }
        const names = Object.keys(changes).filter((name) => name in ownership.fields);
        if (!names.length) {
            return super.update(changes, options);
        }
        return this.model.askOwner(this, changes, names, () =>
            super.update(changes, options)
        );
    },
});

/** Owned fields may have several owners: the first one's are asked about. */
function askOwner(services, ownership, record, changes, names, go) {
    const { orm, dialog, notification, redraw } = services;
    const { owner, may_override, may_request } = ownership.fields[names[0]];
    const asked = names.filter((name) => ownership.fields[name].owner === owner);
    return new Promise((resolve) => {
        let changed = false;
        dialog.add(
            OwnershipDialog,
            {
                owner,
                mayRequest: may_request,
                mayOverride: may_override,
                changes: asked.map((name) => ({
                    label: ownership.fields[name].label,
                    before: shown(record, name, record.data[name]),
                    after: shown(record, name, changes[name]),
                })),
                request: async (reason) => {
                    const values = {};
                    for (const name of asked) {
                        values[name] = plain(changes[name]);
                    }
                    const request = await orm.call(OWNERSHIP, "request_change", [
                        record.resModel,
                        record.resId,
                        values,
                        reason,
                    ]);
                    notification.add(request, {
                        title: _t("Change request sent"),
                        type: "success",
                    });
                },
                override: async (reason, until) => {
                    await orm.call(OWNERSHIP, "override_field", [
                        record.resModel,
                        record.resId,
                        asked,
                        until,
                        reason,
                    ]);
                    for (const name of asked) {
                        delete ownership.fields[name];
                    }
                    changed = true;
                },
            },
            {
                onClose: async () => {
                    if (changed) {
                        await go();
                    } else {
                        redraw();
                    }
                    resolve();
                },
            }
        );
    });
}

/** A value as the server takes it. */
function plain(value) {
    if (value && value.isLuxonDateTime) {
        return value.hour || value.minute
            ? value.toUTC().toFormat("yyyy-MM-dd HH:mm:ss")
            : value.toISODate();
    }
    return value && typeof value === "object" && "id" in value ? value.id : value;
}

/** A value as people read it. */
function shown(record, name, value) {
    const field = record.fields[name];
    if (field.type === "boolean") {
        return value ? _t("Yes") : _t("No");
    }
    if (value === false || value === undefined || value === null || value === "") {
        return "–";
    }
    if (field.type === "selection") {
        return (field.selection.find((option) => option[0] === value) || [])[1] || value;
    }
    if (value.isLuxonDateTime) {
        return value.toLocaleString();
    }
    if (field.type === "html") {
        const text = new DOMParser().parseFromString(String(value), "text/html");
        return text.body.textContent;
    }
    return typeof value === "object" ? value.display_name || String(value.id) : `${value}`;
}

/** What is known about the field of a component; null where Odoo decides. */
function ownedBy(component, name) {
    const { ownership } = component;
    const record = component.props.record;
    const isRoot = ownership && !record._parentRecord && record.resId === ownership.resId;
    return (isRoot && ownership.fields[name]) || null;
}

patch(FormLabel.prototype, {
    setup() {
        super.setup(...arguments);
        const ownership = this.props.record.model.ownership;
        if (ownership) {
            this.ownership = useState(ownership);
            ownership.labelled[this.props.fieldName] = true;
        }
    },

    get ownedBy() {
        return ownedBy(this, this.props.fieldName)?.owner;
    },
});

patch(Field.prototype, {
    setup() {
        super.setup(...arguments);
        const ownership = this.props.record.model.ownership;
        if (ownership) {
            this.ownership = useState(ownership);
        }
    },

    /** Owner of a field that has no label to say it at. */
    get ownedBy() {
        const name = this.props.name;
        return this.ownership?.labelled[name] ? "" : ownedBy(this, name)?.owner;
    },
});
