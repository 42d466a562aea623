# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math
import time
from contextlib import contextmanager
from datetime import datetime, timezone

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from werkzeug.exceptions import ServiceUnavailable

from odoo import SUPERUSER_ID, api, http
from odoo.exceptions import UserError
from odoo.http import request

from .. import settings
from ..engine import trace
from ..engine.bucket import TokenBucket
from ..engine.encryption import DecryptionError, KeyRingError, MissingKeyError
from ..engine.masking import masked_logger
from ..engine.signature import hmac_sha256
from ..messages import Delivery
from ..models.inbound.drain import ACTIVE_LOCK, lock_key

_logger = masked_logger(__name__)

# One bucket a process: exact limits over workers would need a shared row, and that is
# what this path must not have.
_buckets: dict[tuple, TokenBucket] = {}

CORRELATION_HEADER = "X-Correlation-Id"
RETRY_AFTER = 60
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Body of a well-known length, so that an unknown address costs what a known one does.
DUMMY = Delivery(body=b"x" * 2048, headers={}, now=0.0, tolerance=300)

# Asked in one statement after the event is committed; `integration.event` makes it.
WAKE_CHECK = "SELECT integration_awake(%s, %s, %s)"


class Refused(Exception):
    """The delivery is not taken.

    :param status: HTTP status
    :param word: one word for the sender, nothing about the inside
    :param headers: further headers of the answer
    """

    def __init__(self, status: int, word: str, headers: dict | None = None):
        super().__init__(word)
        self.status, self.word, self.headers = status, word, headers or {}


class IntegrationWebhook(http.Controller):
    """The one door for messages of outside systems.

    Order, and none of it may change: size, raw bytes, connector, proof, durable
    insert, commit, answer. Nothing is parsed, logged or looked up in the database
    before the proof.
    """

    @http.route(
        "/integration/webhook/<string:token>",
        type="http",
        auth="none",
        methods=ALL_METHODS,
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self, token, **_params):
        """Take one delivery.

        200 stored or duplicate, 401 no proof, 404 unknown address, 405, 410 retired,
        411 and 413 size, 415 form or encoded body, 429 too many, 503 no key, wrong
        environment or no database.
        """
        headers = {name.lower(): v for name, v in request.httprequest.headers.items()}
        correlation_id = trace.trace_id_of(headers.get("traceparent"))
        try:
            answer, status, extra = (
                self._receive(token, headers, correlation_id),
                200,
                {},
            )
        except Refused as refusal:
            answer, status = {"status": refusal.word}, refusal.status
            extra = refusal.headers
        return request.make_json_response(
            answer, headers={CORRELATION_HEADER: correlation_id, **extra}, status=status
        )

    def _receive(self, token: str, headers: dict, correlation_id: str) -> dict:
        if not request.db:
            # The database is down: the framework falls back to routes that need none.
            raise Refused(503, "unavailable", {"Retry-After": str(RETRY_AFTER)})
        try:
            return self._receive_in_database(token, headers, correlation_id)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            # It went down at this moment. Nothing was acknowledged; the sender repeats.
            _logger.warning("Webhook: the database went away: %s", error)
            raise ServiceUnavailable(retry_after=RETRY_AFTER) from error

    def _receive_in_database(self, token, headers: dict, correlation_id: str) -> dict:
        env = api.Environment(request.env.cr, SUPERUSER_ID, {})
        gate = env["integration.connector"]._webhook_gates().get(token)
        body = self._body(headers, gate.max_body_size if gate else 262144)
        if gate is None:
            self._spend_time()
            raise Refused(404, "unknown")
        if gate.state == "retired":
            raise Refused(410, "retired")
        if gate.environment != settings.current_environment():
            raise Refused(503, "environment", {"Retry-After": str(RETRY_AFTER)})
        credential_id = self._prove(env, gate, body, headers)
        self._check_rate(gate)
        return self._keep(env, gate, body, headers, credential_id, correlation_id)

    def _body(self, headers: dict, limit: int) -> bytes:
        """The raw bytes, whole or not at all.

        A chunked body would be cut silently at the framework's limit, and a form body
        is eaten before a controller runs; both are refused by their headers.
        """
        http_request = request.httprequest
        if http_request.method != "POST":
            raise Refused(405, "method", {"Allow": "POST"})
        content_type = headers.get("content-type", "").split(";")[0].strip().lower()
        if content_type in FORM_TYPES or headers.get("content-encoding"):
            raise Refused(415, "type")
        length = headers.get("content-length", "")
        if not length.isdigit() or "chunked" in headers.get("transfer-encoding", ""):
            raise Refused(411, "length")
        if int(length) > limit:
            raise Refused(413, "size")
        body = http_request.get_data(cache=False)
        if len(body) != int(length):
            raise Refused(400, "incomplete")
        return body

    def _prove(self, env, gate, body: bytes, headers: dict) -> int:
        """Which stored secret proves the delivery; fail closed.

        :return: id of the credential that matched
        """
        now = time.time()
        instant = _naive(now)
        try:
            vault = env["integration.vault"]
            usable = [
                secret
                for secret in gate.secrets
                if (not secret.valid_from or secret.valid_from <= instant)
                and (not secret.valid_to or instant < secret.valid_to)
            ]
            values = [vault._decrypt(secret.sealed, secret.aad) for secret in usable]
            vault._ring()
        except (UserError, DecryptionError, KeyRingError, MissingKeyError) as error:
            # Cannot be checked is not the same as forged: the sender shall retry.
            _logger.error("Webhook of connector %s: no key", gate.connector_id)
            raise Refused(
                503, "unavailable", {"Retry-After": str(RETRY_AFTER)}
            ) from error
        delivery = Delivery(body, headers, now, gate.tolerance)
        adapter = env[f"integration.adapter.{gate.system}"]
        index = adapter._authenticate(delivery, values) if values else None
        if index is None:
            raise Refused(401, "signature")
        return usable[index].credential_id

    def _check_rate(self, gate) -> None:
        """Slow a flood down; after the proof, so that strangers cannot use it up."""
        if not gate.max_rate:
            return
        key = (request.db, gate.connector_id, gate.max_rate)
        bucket = _buckets.setdefault(
            key, TokenBucket(rate=gate.max_rate, burst=gate.max_rate)
        )
        wait = bucket.take(time.monotonic())
        if wait > 0:
            raise Refused(429, "rate", {"Retry-After": str(math.ceil(wait))})

    def _keep(self, env, gate, body, headers, credential_id, correlation_id) -> dict:
        """Store durably, then see to it that somebody works on it.

        The request's own cursor is switched to autocommit: at Odoo's REPEATABLE READ
        simultaneous duplicates become serialization failures, and the framework then
        sleeps while it holds the worker (facts, mechanisms §1: p99 × 100).
        """
        adapter = env[f"integration.adapter.{gate.system}"]
        messages = adapter._split_safely(gate, body, headers)
        intake = env["integration.intake"]
        meta = {
            "headers": intake._headers(gate, headers),
            "credential_id": credential_id,
            "correlation_id": correlation_id,
        }
        cr = env.cr
        cr.rollback()  # a cache miss may have opened a transaction
        with _autocommit(cr.connection):
            results = intake._store(gate, messages, meta)
            asleep = self._asleep(cr, gate, results)
        self._follow_up(env, gate, results, asleep)
        stored = [r for r in results if r["status"] == "stored"]
        return {
            "status": "stored" if stored else "duplicate",
            "event": (stored or results)[0]["uuid"],
        }

    def _asleep(self, cr, gate, results: list[dict]) -> list[int]:
        """Drains with new work that nobody is going to do, in autocommit."""
        if gate.state != "active":
            return []
        fresh = [r for r in results if r["status"] == "stored"]
        drains = {
            r["shard"] % gate.drain_count for r in fresh if r["state"] == "pending"
        }
        asleep = []
        for drain in drains:
            cr._obj.execute(
                WAKE_CHECK,
                (
                    ACTIVE_LOCK,
                    lock_key(gate.connector_id, drain),
                    f"integration.drain:{gate.connector_id}:{drain}",
                ),
            )
            if not cr._obj.fetchone()[0]:
                asleep.append(drain)
        return asleep

    def _follow_up(self, env, gate, results: list[dict], asleep: list[int]) -> None:
        """Wake drains, and put what was set aside into somebody's list.

        In an ordinary transaction. If the process dies here the sweeper does both.
        """
        aside = [r["id"] for r in results if r.get("state") == "quarantine"]
        aside += [r["aside_id"] for r in results if r.get("aside_id")]
        if not asleep and not aside:
            return
        request.update_env(user=SUPERUSER_ID)
        connector = request.env["integration.connector"].browse(gate.connector_id)
        for drain in asleep:
            connector._wake(drain)
        if aside:
            request.env["integration.event"].browse(aside)._file_set_aside()

    def _spend_time(self) -> None:
        """Work of an authentication that cannot succeed."""
        hmac_sha256(b"unknown", DUMMY.body)


@contextmanager
def _autocommit(connection):
    """Each statement commits by itself, at READ COMMITTED; costs no statement.

    Always idle in production. Under a test the cursor lies inside the transaction of
    the test, which must stay one.
    """
    idle = connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    if idle:
        # Both, or the driver sets them on the server when autocommit ends.
        connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT")
        connection.autocommit = True
    try:
        yield
    finally:
        if idle:
            # Odoo sets REPEATABLE READ again when it next borrows the connection.
            connection.autocommit = False


def _naive(now: float):
    return datetime.fromtimestamp(now, timezone.utc).replace(tzinfo=None)
