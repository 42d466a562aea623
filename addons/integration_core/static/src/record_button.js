/**
 * What a button inside a Json field says about itself.
 *
 * @typedef {Object} RecordButton
 * @property {string} label words on the button
 * @property {string} method public method of the record's model
 * @property {boolean} [primary] the one thing to do next
 * @property {string} [confirm] question asked before the method runs
 * @property {string} [icon] Font Awesome 4.7 name, for example "fa-refresh"
 * @property {Object} [context] added to the context of the call
 */

/**
 * Parameters for Odoo's own `ViewButton`, so that a button drawn by a Json
 * field behaves as one written in the view: the record is saved first, the
 * method is called on it, an action it returns is run, the record is read anew.
 *
 * @param {RecordButton} button
 * @returns {Object}
 */
export function clickParams(button) {
    const params = { type: "object", name: button.method };
    if (button.confirm) {
        params.confirm = button.confirm;
        params["confirm-label"] = button.label;
    }
    if (button.context) {
        params.context = button.context;
    }
    return params;
}
