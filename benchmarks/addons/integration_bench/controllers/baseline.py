# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.http import request


class Baseline(http.Controller):
    @http.route(
        "/integration_bench/empty",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def empty(self, **_params):
        """What any request costs: read the body, answer, nothing else."""
        size = len(request.httprequest.get_data(cache=False))
        return request.make_json_response({"status": "read", "size": size})
