import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { formView } from "@web/views/form/form_view";

/**
 * Sends the state that the form has read with every save, so that the server can
 * tell whether somebody else changed the same meanwhile.
 */
export class IntegrationMappingFormController extends formView.Controller {
    async onWillSaveRecord(record, changes) {
        if (record.resId && record.data.write_token && Object.keys(changes).length) {
            changes.write_token = record.data.write_token;
        }
        return super.onWillSaveRecord(...arguments);
    }

    async onSaveError(error) {
        // Somebody else changed the same: what this form has read is history.
        this.outdated = error.data?.name === "odoo.exceptions.RedirectWarning";
        return super.onSaveError(...arguments);
    }

    async discard() {
        await super.discard(...arguments);
        if (this.outdated) {
            this.outdated = false;
            await this.model.load();
        }
    }
}

/** A page that is closed is saved past the controller: the state goes with it too. */
class MappingRecord extends RelationalModel.Record {
    _getChanges() {
        const changes = super._getChanges(...arguments);
        const isMapping = this.resId && "write_token" in this.data;
        if (this.model._urgentSave && isMapping && Object.keys(changes).length) {
            changes.write_token = this.data.write_token;
        }
        return changes;
    }
}

class IntegrationMappingModel extends RelationalModel {
    static Record = MappingRecord;
}

export const integrationMappingFormView = {
    ...formView,
    Controller: IntegrationMappingFormController,
    Model: IntegrationMappingModel,
};

registry.category("views").add("integration_mapping_form", integrationMappingFormView);
