# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import SUPERUSER_ID, http
from odoo.http import request

from .. import settings
from ..engine.encryption import KeyRingError


class IntegrationHealth(http.Controller):
    @http.route(
        "/integration/health",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def health(self):
        """Whether the hub can do its work: 200, or 503 with what is wrong.

        For load balancers and monitors, so it needs no log-in and tells no names, only
        yes or no, numbers and seconds.
        """
        if not request.db:
            return self._answer({"database": False})
        checks = {
            "database": True,
            "keys": self._has_keys(),
            **request.env(user=SUPERUSER_ID)["integration.health"]._figures(),
        }
        return self._answer(checks)

    def _answer(self, checks: dict):
        healthy = all(checks.get(name) for name in ("database", "keys", "jobs"))
        return request.make_json_response(
            {"status": "ok" if healthy else "degraded", **checks},
            status=200 if healthy else 503,
            headers={} if healthy else {"Retry-After": "60"},
        )

    def _has_keys(self) -> bool:
        try:
            return settings.key_ring() is not None
        except KeyRingError:
            return False
