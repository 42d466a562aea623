# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The one place that tells a person's write from Odoo's own: the gate of all RPC.

Whatever calls a model from outside, the web client, ``/json/2``, XML-RPC, JSON-RPC,
asks ``odoo.service.model.get_public_method`` for the method first; code inside Odoo
never does. So the gate alone knows who calls. It is widened by a check of the values
a caller hands to the methods that write; business code that these methods or others
run is not checked, whatever it writes. An override of ``write`` could not tell the
two apart, a key of the context could be sent by anybody.
"""

import functools
import sys

from odoo.service import model as service

GUARD = "integration.write.guard"
# The public methods that write what the caller gives them. Imports come in by
# ``load``, which is met where it writes (`models/ownership/base_guard.py`).
WRITING = frozenset(
    {
        "write",
        "create",
        "web_save",
        "web_save_multi",
        "action_archive",
        "action_unarchive",
        "toggle_active",
        "update_field_translations",
        "web_override_translations",
        "web_resequence",
        "copy",
        "message_new",
        "message_update",
    }
)


def install() -> None:
    """Widen the gate, once per process. Other databases of it are not touched."""
    origin = service.get_public_method
    if getattr(origin, "_integration_gate", False):
        return

    @functools.wraps(origin)
    def get_public_method(model, name):
        method = origin(model, name)
        if name not in WRITING or GUARD not in model.env.registry:
            return method
        return _checked(method, name) if model.env[GUARD]._guarded() else method

    get_public_method._integration_gate = True
    service.get_public_method = get_public_method
    json2 = sys.modules.get("odoo.addons.rpc.controllers.json2")
    if json2 is not None:  # imported before us; later ones find the wider gate
        json2.get_public_method = get_public_method


def _checked(method, name):
    @functools.wraps(method)
    def checked(records, *args, **kwargs):
        guard = records.env[GUARD]
        watched = guard._check_call(records, name, method, args, kwargs)
        result = method(records, *args, **kwargs)
        guard._check_after(watched)
        return result

    return checked
