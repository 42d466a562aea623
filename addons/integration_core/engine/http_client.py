# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The only way out: HTTP with time limits, a guarded destination and typed errors."""

import contextlib
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3
from requests.exceptions import RequestException
from requests.structures import CaseInsensitiveDict

from . import strict_json
from .errors import (
    AuthenticationError,
    IntegrationError,
    PermanentError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from .http_body import BodyError, read_body
from .http_transport import Exchange, GovernedAdapter
from .masking import masked_logger
from .retry import parse_retry_after
from .ssrf import check_url

_logger = masked_logger(__name__)
_dry = threading.local()

USER_AGENT = "odoo-integration-suite"
_BAD_PATH = re.compile(r"[\x00-\x20\x7f\\#]|^//|^[A-Za-z][A-Za-z0-9+.-]*:")
_DOTS = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.I)
_METHOD = re.compile(r"[A-Z]+\Z")
_REQUEST_ID_HEADERS = ("request-id", "x-request-id", "x-correlation-id")
_RETRY_STATUS = frozenset({408, 409, 425})


@contextlib.contextmanager
def refuse_http():
    """Inside, every request of this thread raises PermanentError (dry run)."""
    _dry.depth = getattr(_dry, "depth", 0) + 1
    try:
        yield
    finally:
        _dry.depth -= 1


@dataclass(frozen=True, repr=False)
class Response:
    """An answer that was read to its end.

    :param headers: case-insensitive dict
    :param body: bytes
    :param request_id: the peer's own id of the exchange, or ""
    :param url: without its query, which may hold personal data
    """

    status: int
    headers: CaseInsensitiveDict = field(default_factory=CaseInsensitiveDict)
    body: bytes = b""
    duration_ms: int = 0
    request_id: str = ""
    url: str = ""

    def __repr__(self):
        return f"<Response {self.status} {self.url}>"

    def json(self):
        """The body as JSON.

        :raises SchemaError: it is not JSON, or not safe to store
        """
        return strict_json.loads(self.body)


def default_error(response):
    """The error that a status stands for, or None for success.

    A 5xx is transient for writes too: whoever writes sends an idempotency key, or says
    in ``classify`` that the outcome is unknown.
    """
    status = response.status
    if 200 <= status < 300:
        return None
    after = parse_retry_after(response.headers.get("retry-after"), time.time())
    details = {"status": status, "request_id": response.request_id}
    if status == 401:
        return AuthenticationError(
            "the service does not accept our credential (401)",
            hint="Check the credential of the connector.",
            details=details,
        )
    if status == 403:
        return PermanentError(
            "the service does not allow this (403)",
            hint="The credential may lack a permission at the service.",
            details=details,
        )
    if status == 429:
        return RateLimitedError(
            "the service asks us to slow down (429)", retry_after=after, details=details
        )
    if status in _RETRY_STATUS or status >= 500:
        return TransientError(
            f"the service could not answer at the moment ({status})",
            retry_after=after,
            details=details,
        )
    if status in (404, 410):
        return PermanentError(
            f"the service does not have this record ({status})", details=details
        )
    if 300 <= status < 400:
        return PermanentError(
            f"the service answered with a redirect, which we do not follow ({status})",
            hint="Check the address of the connector.",
            details=details,
        )
    return PermanentError(
        f"the service refused the request ({status})", details=details
    )


def _check_path(path):
    address = path.partition("?")[0]
    if _BAD_PATH.search(path) or _DOTS.search(address):
        # Dots as well: an id such as "../refunds" must not reach another resource.
        raise PermanentError("the path of a request must stay below the base address")


def _was_cut(answer, body):
    """Whether the connection ended within the headers.

    http.client takes that for the end of the headers, and with them goes the length:
    what remains looks like an empty answer without one.
    """
    framed = "content-length" in answer.headers or answer.raw.chunked
    return not (framed or body) and answer.status_code not in (204, 304)


def _no_answer(exchange, read, reason):
    """The error of an exchange without a usable answer."""
    if read or not exchange.sent:
        return TransientError(reason)
    return UnknownOutcomeError(
        f"{reason}, after the change had been sent",
        hint="The record is looked up at the service before anything is repeated.",
    )


class GovernedClient:
    """HTTP client of one connector, bound to one base address.

    Redirects are not followed, proxies and netrc of the environment are ignored,
    cookies are not kept, certificates are always checked. Safe to share by threads.

    :param base_url: https address (http only for hosts in ``private_allowed``)
    :param timeout: (connect, read) seconds; their sum is the deadline of an exchange
    :param max_bytes: largest answer accepted, packed and unpacked
    :param allowed_hosts: see :func:`ssrf.check_url`
    :param private_allowed: ``host:port`` entries from odoo.conf
    :param headers: sent with each request
    :param auth: as in requests: (user, password) or a callable
    :param classify: function(Response) -> IntegrationError to raise, False to accept
        the answer whatever its status, or None for the default
    :param observe: function(dict) called after each exchange with method,
        url_without_query, status (None without an answer), duration_ms, request_id,
        error_class ("" for success)
    :param ca_bundle: file of certificate authorities instead of the built-in ones
    :raises PermanentError: the address is not allowed
    """

    def __init__(
        self,
        base_url,
        *,
        timeout=(5, 20),
        max_bytes=5_000_000,
        allowed_hosts=(),
        private_allowed=(),
        headers=None,
        auth=None,
        classify=None,
        observe=None,
        ca_bundle="",
    ):
        parts = check_url(
            base_url, allowed_hosts=allowed_hosts, private_allowed=private_allowed
        )
        if parts.query or parts.fragment:
            raise PermanentError("the base address must end with its path")
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.max_bytes = max_bytes
        self._classify = classify or (lambda response: None)
        self._observe = observe
        self._headers = {
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "identity",
            **(headers or {}),
        }
        self._auth = auth
        self._session = self._make_session(private_allowed, ca_bundle)

    @staticmethod
    def _make_session(private_allowed, ca_bundle):
        session = requests.Session()
        session.trust_env = False
        session.verify = ca_bundle or True
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.clear()
        adapter = GovernedAdapter(private_allowed)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def __repr__(self):
        return f"<GovernedClient {self.base_url}>"

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Close the pooled connections."""
        self._session.close()

    def request(
        self,
        method,
        path,
        *,
        params=None,
        data=None,
        json=None,
        headers=None,
        read=True,
    ):
        """One exchange.

        :param path: relative to the base address
        :param params: dict for the query
        :param data: dict (sent as a form) or bytes
        :param json: JSON value, Decimals allowed
        :param read: False if it changes something at the peer: then a lost answer is
            an UnknownOutcomeError instead of a TransientError
        :returns: :class:`Response` with a status of success
        :raises IntegrationError: typed, as ``classify`` or the status says
        """
        if getattr(_dry, "depth", 0):
            raise PermanentError("a dry run does not call other systems")
        request = self._prepare(method, path, params, data, json, headers)
        url = request.url.partition("?")[0]
        started = time.monotonic()
        response, error = self._exchange(request, url, started, read)
        if response is not None and error is None:
            error = self._judge(response)
        self._tell(request.method, url, started, response, error)
        if error is not None:
            raise error
        return response

    def _prepare(self, method, path, params, data, json, headers):
        _check_path(path)
        if not _METHOD.match(method):
            raise PermanentError("this is not an HTTP method")
        sent_headers = {**self._headers, **(headers or {})}
        if json is not None:
            data = strict_json.dumps(json).encode()
            sent_headers.setdefault("Content-Type", "application/json")
        request = requests.Request(
            method,
            f"{self.base_url}/{path.lstrip('/')}" if path else self.base_url,
            params=params,
            data=data,
            headers=sent_headers,
            auth=self._auth,
        )
        try:
            return self._session.prepare_request(request)
        except (RequestException, ValueError):
            # Their texts show the headers, and with them the credential.
            pass
        raise PermanentError("the request cannot be written as HTTP")

    def _exchange(self, request, url, started, read):
        """(response, error), of which exactly one is set.

        The causing exception is dropped on purpose: it holds the request, and with it
        the credential.
        """
        with Exchange(sum(self.timeout)) as exchange:
            try:
                return self._send(exchange, request, url, started), None
            except BodyError as error:
                # The change may well have been made: the answer was just unreadable.
                return None, error if read else _no_answer(exchange, read, str(error))
            except IntegrationError as error:
                return None, error
            except requests.exceptions.SSLError:
                reason = "the certificate of the service could not be verified"
            except (requests.exceptions.Timeout, TimeoutError):
                reason = "the service did not answer in time"
            except (
                RequestException,
                urllib3.exceptions.HTTPError,
                OSError,
                ValueError,
            ):
                reason = "the connection to the service failed"
            if exchange.expired:
                reason = f"the service took longer than {sum(self.timeout):g} seconds"
            return None, _no_answer(exchange, read, reason)

    def _send(self, exchange, request, url, started):
        answer = self._session.send(
            request,
            stream=True,
            timeout=self.timeout,
            allow_redirects=False,
            verify=self._session.verify,
        )
        try:
            body = read_body(answer.raw, answer.headers, self.max_bytes)
        finally:
            # Back to the pool if read to the end, else closed.
            answer.close()
        if exchange.expired or _was_cut(answer, body):
            raise ConnectionError
        request_ids = (answer.headers.get(name) for name in _REQUEST_ID_HEADERS)
        return Response(
            status=answer.status_code,
            headers=answer.headers,
            body=body,
            duration_ms=int((time.monotonic() - started) * 1000),
            request_id=next(filter(None, request_ids), "")[:200],
            url=url,
        )

    def _judge(self, response):
        verdict = self._classify(response)
        if verdict is False:
            return None
        return default_error(response) if verdict is None else verdict

    def _tell(self, method, url, started, response, error):
        if self._observe is None:
            return
        try:
            self._observe(
                {
                    "method": method,
                    "url_without_query": url,
                    "status": response.status if response else None,
                    "duration_ms": int((time.monotonic() - started) * 1000),
                    "request_id": response.request_id if response else "",
                    "error_class": error.error_class if error else "",
                }
            )
        except Exception:
            # Whoever watches must not change the outcome of what was sent.
            _logger.exception("an observer of HTTP exchanges failed")
