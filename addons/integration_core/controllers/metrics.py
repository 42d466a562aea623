# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hmac
from functools import lru_cache

from odoo import SUPERUSER_ID, http
from odoo.http import request

from .. import settings
from ..engine.exposition import CONTENT_TYPE
from ..engine.masking import masked_logger

_logger = masked_logger(__name__)

# A shorter one could be guessed at the rate a server answers.
SHORTEST_TOKEN = 16


class IntegrationMetrics(http.Controller):
    @http.route(
        "/integration/metrics",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def metrics(self):
        """The hub in figures, for Prometheus and what reads its format.

        200 text, 401 no or another bearer token, 404 the server has no token, 503 no
        database. Nothing is asked of the database before the proof.
        """
        token = settings.metrics_token()
        if len(token) < SHORTEST_TOKEN:
            _say_how()
            return request.make_response("", status=404)
        if not self._is_proved(token):
            return request.make_response(
                "", headers={"WWW-Authenticate": "Bearer"}, status=401
            )
        if not request.db:
            return request.make_response("", headers={"Retry-After": "60"}, status=503)
        metrics = request.env(user=SUPERUSER_ID)["integration.metrics"]
        return request.make_response(
            metrics._text(),
            headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"},
        )

    def _is_proved(self, token: str) -> bool:
        """Whether the request brings the token; takes as long for every wrong one."""
        scheme, _space, given = request.httprequest.headers.get(
            "Authorization", ""
        ).partition(" ")
        same = hmac.compare_digest(given.strip().encode(), token.encode())
        return same and scheme.lower() == "bearer"


@lru_cache(maxsize=1)
def _say_how() -> None:
    """Once a process: a monitor that asks every few seconds must not fill the log."""
    _logger.warning(
        "Metrics are not served: set integration_metrics_token in odoo.conf, or the "
        "variable INTEGRATION_METRICS_TOKEN, or the file that "
        "INTEGRATION_METRICS_TOKEN_FILE names, to at least %s characters.",
        SHORTEST_TOKEN,
    )
