import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";

/**
 * Asks what to do with a change of a field that another system owns.
 *
 * `request` and `override` are called with what was entered and may reject: the
 * dialog then stays open and says why. Closing it changes nothing.
 */
export class OwnershipDialog extends Component {
    static template = "integration_core.OwnershipDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        owner: String,
        changes: Array, // {label, before, after}
        mayRequest: Boolean,
        mayOverride: Boolean,
        request: Function, // (reason)
        override: Function, // (reason, until)
    };

    setup() {
        this.state = useState({ reason: "", until: "", problem: "", busy: false });
        this.today = luxon.DateTime.now().toISODate();
        this.latest = luxon.DateTime.now().plus({ years: 1 }).toISODate();
        useAutofocus({ refName: "reason" });
    }

    get title() {
        const names = this.props.changes.map((change) => change.label).join(", ");
        return _t("%(fields)s: owned by %(owner)s", {
            fields: names,
            owner: this.props.owner,
        });
    }

    async run(action, missing) {
        this.state.problem = this.state.reason.trim()
            ? missing
            : _t("Say why: the reason is kept in the sync log.");
        if (this.state.problem) {
            return;
        }
        this.state.busy = true;
        try {
            await action();
        } catch (error) {
            this.state.problem = error.data?.message || error.message;
            return;
        } finally {
            this.state.busy = false;
        }
        this.props.close();
    }

    request() {
        return this.run(() => this.props.request(this.state.reason), "");
    }

    override() {
        const { reason, until } = this.state;
        return this.run(
            () => this.props.override(reason, until),
            until ? "" : _t("Choose the last day of the override.")
        );
    }
}
