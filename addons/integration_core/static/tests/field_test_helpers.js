import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Piece extends models.Model {
    _name = "integration.test.piece";

    name = fields.Char();
    value = fields.Json();
}

/** Call once per test file: a model with one Json field and all that mail needs. */
export function definePieces() {
    defineMailModels();
    defineModels([Piece]);
}

/**
 * A form with one record whose Json field is drawn by `widget`.
 *
 * @param {string} widget
 * @param {any} value
 * @param {Object} [options] options of the field in the view
 */
export async function mountPiece(widget, value, options = {}) {
    Piece._records = [{ id: 1, name: "One", value }];
    const text = JSON.stringify(options).replace(/true/g, "True").replaceAll('"', "'");
    return mountView({
        type: "form",
        resModel: "integration.test.piece",
        resId: 1,
        arch: `
            <form class="o_integration">
                <field name="name"/>
                <field name="value" nolabel="1" widget="${widget}" options="${text}"/>
            </form>`,
    });
}
