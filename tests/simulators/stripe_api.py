# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The HTTP side: keys, versions, idempotency keys, planned faults, answers.

Headers: SDK ``_api_requestor.py`` l.636-658; idempotency:
docs.stripe.com/api/idempotent_requests.
"""

import base64
import binascii
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from . import stripe_params as params
from .kernel import ConnectionReset, Fault, Request, Response
from .stripe_errors import (
    ApiError,
    bad_key,
    no_key,
    not_permitted,
    of_status,
    unknown_url,
    wrong_account,
)
from .stripe_render import date_of, render
from .stripe_resources import Call, Expander, Router

if TYPE_CHECKING:
    from .stripe import StripeSimulator

KEY_LIFE = 24 * 3600
KEY_LENGTH = 255


class StripeApi:
    """Answers requests to ``/v1`` and ``/v2``; one per simulator."""

    def __init__(self, sim: "StripeSimulator"):
        self.sim = sim
        self.router = Router(sim.resources)
        self.expander = Expander(sim.resources)
        self.requests: deque[dict] = deque(maxlen=20000)
        # idempotency key -> {"what", "status", "body", "at", "request"}
        self.saved: dict[str, dict] = {}
        self._in_flight: set[str] = set()
        self._window: deque[float] = deque()
        self._lock = threading.Lock()

    # -- one request ---------------------------------------------------------------

    def handle(self, request: Request) -> Response:
        """:raises ConnectionReset: when a planned fault cuts the connection"""
        request_id = self.sim.ids("req_", 14)
        entry = {
            "id": request_id,
            "at": self.sim.clock.now(),
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "idempotency_key": request.header("idempotency-key"),
            "version": request.header("stripe-version"),
            "status": None,
            "fault": None,
            "replayed": False,
            "params": None,
            "executed": False,
        }
        self.requests.append(entry)
        delay, fault = self.sim.faults.pick(request.method, request.path)
        entry["fault"] = fault and fault.id
        try:
            response = self._answer(request, request_id, delay, fault, entry)
        except ApiError as error:
            response = self._error(error, request_id)
        entry["status"] = response.status
        return self._with_headers(response, request, request_id)

    def _answer(self, request, request_id, delay, fault, entry) -> Response:
        if fault and fault.when == "before":
            time.sleep(delay)
            return self._hit(fault, request_id)
        key = self._authenticate(request)
        version = request.header("stripe-version") or self.sim.api_version
        date_of(version)
        found = self.router.find(request.method, request.path)
        if not found:
            raise unknown_url(request.method, request.path)
        resource, action, parts = found
        if date_of(version) < resource.since:
            raise unknown_url(request.method, request.path)
        self._permit(key, resource.scope, request.method)
        self._limit()
        call = Call(
            self._params(request),
            self.sim.clock.timestamp(),
            version,
            request_id,
            request.header("idempotency-key") if request.method == "POST" else None,
        )
        run = _Run(self, call, action, parts, delay, fault, entry)
        entry["params"] = call.params
        if call.idempotency_key:
            return self._once(run, request, entry)
        return run.go()

    def _params(self, request: Request) -> dict:
        kind = (request.header("content-type") or "").split(";")[0].strip()
        if request.method != "POST" or not request.body:
            return params.parse(request.query)
        if request.path.startswith("/v2/"):
            return self._json(request)
        if kind and kind != "application/x-www-form-urlencoded":
            raise ApiError(
                400,
                f"Invalid request: content type {kind} is not supported, use "
                "application/x-www-form-urlencoded.",
            )
        try:
            return params.parse(request.body.decode())
        except UnicodeDecodeError:
            raise ApiError(400, "Invalid request: the body is not UTF-8.") from None

    @staticmethod
    def _json(request: Request) -> dict:
        try:
            return request.json()
        except (ValueError, RecursionError):
            raise ApiError(
                400, "Invalid request: the body is no JSON object."
            ) from None

    def url_of(self, obj: dict) -> str:
        """The path at which the API shows an object: the shortest route to one."""
        kinds = {res.kind: res for res in self.sim.resources.values()}
        routes = [
            path
            for method, path, name in kinds[obj["object"]].routes
            if method == "GET" and name == "retrieve" and path.count("{") == 1
        ]
        return min(routes, key=len).format(id=obj["id"])

    # -- who may -------------------------------------------------------------------

    def _authenticate(self, request: Request) -> str:
        """The API key. :raises ApiError: 401, or 403 for another account"""
        scheme, _space, value = (request.header("authorization") or "").partition(" ")
        key = value.strip()
        if scheme.lower() == "basic":
            try:
                key = base64.b64decode(key).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                key = ""
        elif scheme.lower() != "bearer":
            key = ""
        if not key:
            raise no_key()
        if key in self.sim.expired_keys or key not in self.sim.keys:
            raise bad_key(key, expired=key in self.sim.expired_keys)
        account = request.header("stripe-account")
        if account and account != self.sim.account:
            raise wrong_account(key, account)
        return key

    def _permit(self, key: str, scope: str, method: str):
        scopes = self.sim.keys[key]
        needed = "read" if method == "GET" else "write"
        if scopes == "*" or scopes.get(scope) in (needed, "write"):
            return
        raise not_permitted(key, self.sim.account, f"rak_{scope}_{needed}")

    def _limit(self):
        """The global limit per real second, where one is set."""
        if not self.sim.rate_limit:
            return
        now = time.monotonic()
        with self._lock:
            while self._window and self._window[0] <= now - 1:
                self._window.popleft()
            if len(self._window) >= self.sim.rate_limit:
                raise of_status(429, None, None)
            self._window.append(now)

    # -- idempotency ---------------------------------------------------------------

    def _once(self, run: "_Run", request: Request, entry: dict) -> Response:
        key = run.call.idempotency_key
        if len(key) > KEY_LENGTH:
            raise ApiError(400, f"Idempotency key: at most {KEY_LENGTH} characters.")
        what = [request.method, request.path, run.call.params]
        with self._lock:
            saved = self._saved(key, what)
            if saved is None:
                if key in self._in_flight:
                    raise _in_use(key)
                self._in_flight.add(key)
        if saved is not None:
            entry["replayed"] = True
            return Response(
                saved["status"],
                saved["body"].encode(),
                {"Idempotent-Replayed": "true", "Original-Request": saved["request"]},
            )
        try:
            return run.go(lambda response: self._save(run.call, what, response))
        finally:
            with self._lock:
                self._in_flight.discard(key)

    def _saved(self, key: str, what: list) -> dict | None:
        saved = self.saved.get(key)
        if saved is None:
            return None
        if self.sim.clock.now() - saved["at"] >= KEY_LIFE:
            del self.saved[key]
            return None
        if saved["what"] == what:
            return saved
        same = "endpoint" if saved["what"][:2] != what[:2] else "parameters"
        raise ApiError(
            400,
            f"Keys for idempotent requests can only be used with the same {same} they "
            f"were first used with. Try using a key other than '{key}' if you meant to "
            "execute a different request.",
            type="idempotency_error",
            headers={"Stripe-Should-Retry": "false"},
        )

    def _save(self, call: Call, what: list, response: Response):
        with self._lock:
            self.saved[call.idempotency_key] = {
                "what": what,
                "status": response.status,
                "body": response.body.decode(),
                "at": self.sim.clock.now(),
                "request": call.request_id,
            }
        self.sim.touched()

    # -- answers -------------------------------------------------------------------

    def _hit(self, fault: Fault, request_id: str) -> Response:
        if fault.kind == "reset":
            raise ConnectionReset
        error = of_status(fault.status, fault.code, fault.message)
        error.headers = {**error.headers, **fault.headers}
        return self._error(error, request_id)

    @staticmethod
    def _error(error: ApiError, request_id: str) -> Response:
        return Response.of_json(error.body(request_id), error.status, error.headers)

    def _with_headers(self, response, request, request_id) -> Response:
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.header("stripe-version") or self.sim.api_version,
            "Cache-Control": "no-cache, no-store",
        }
        key = request.header("idempotency-key")
        if key and request.method == "POST":
            headers["Idempotency-Key"] = key
            headers.setdefault("Original-Request", request_id)
        response.headers = {**headers, **response.headers}
        return response


class _Run:
    """Carries one request out, with the fault that is to hit it."""

    def __init__(self, api, call, action, parts, delay, fault, entry):
        self.api = api
        self.call = call
        self.action = action
        self.parts = parts
        self.delay = delay
        self.fault = fault
        self.entry = entry

    def go(self, save=lambda response: None) -> Response:
        """Execute and answer; ``save`` keeps the answer for its idempotency key."""
        time.sleep(self.delay)
        fault = self.fault
        if fault and fault.when == "during":
            return self._fail(save)
        response = self._execute(save)
        if fault and fault.kind == "status":
            return self._fail(save)
        if fault and fault.kind == "slow":
            time.sleep(fault.delay)
        elif fault:
            raise ConnectionReset
        return response

    def _fail(self, save) -> Response:
        """The fault's answer. A 500 comes from the service itself, so that the key
        keeps it; 502 to 504 come from a gateway in between, which knows no keys."""
        response = self.api._hit(self.fault, self.call.request_id)
        if response.status in (402, 500):
            save(response)
        return response

    def _execute(self, save) -> Response:
        call = self.call
        expand = call.params.get("expand") or []
        try:
            with self.api.sim.lock:
                result = self.action(call, **self.parts)
                result = render(result, call.version, self.api.expander.find)
                result = self.api.expander.expand(result, expand, call)
        except ApiError as error:
            response = self.api._error(error, call.request_id)
            if error.saved:
                save(response)
            return response
        self.entry["executed"] = True
        response = Response.of_json(result)
        save(response)
        return response


def _in_use(key: str) -> ApiError:
    return ApiError(
        409,
        "There is currently another in-progress request using this Idempotent Key "
        "(that probably means you submitted twice, and the other request is still "
        f"going through): {key}. Please try again later.",
        type="idempotency_error",
        code="idempotency_key_in_use",
    )
