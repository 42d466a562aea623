# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Errors as the API words them.

Shapes: SDK ``_error_object.py`` and ``_api_requestor.specific_v1_api_error`` (16.1.0).
The wording of messages is from memory of the real service; nobody may parse it.
"""

DOC = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """An error answer.

    :param status: HTTP status
    :param saved: whether an idempotency key keeps this answer; parameter errors,
        conflicts and limits are not kept (docs.stripe.com/api/idempotent_requests)
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",  # noqa: A002 - the API's own name
        code: str | None = None,
        param: str | None = None,
        headers: dict | None = None,
        saved: bool = False,
    ):
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.param = param
        self.headers = headers or {}
        self.saved = saved

    def body(self, request_id: str | None = None) -> dict:
        error = {"message": self.message, "type": self.type}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = DOC + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        if request_id:
            error["request_log_url"] = (
                f"https://dashboard.stripe.com/test/logs/{request_id}"
            )
        return {"error": error}


def bad_parameter(message: str, param: str, code: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, param=param)


def unknown_parameter(param: str) -> ApiError:
    return bad_parameter(
        f"Received unknown parameter: {param}", param, "parameter_unknown"
    )


def missing_parameter(param: str) -> ApiError:
    return bad_parameter(
        f"Missing required param: {param}.", param, "parameter_missing"
    )


def not_found(kind: str, object_id: str, param: str = "id", status=404) -> ApiError:
    """No such object: 404 when the URL names it, 400 when a parameter does."""
    return ApiError(
        status,
        f"No such {kind}: '{object_id}'",
        code="resource_missing",
        param=param,
    )


def no_key() -> ApiError:
    return ApiError(
        401,
        "You did not provide an API key. You need to provide your API key in the "
        "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
        "YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for "
        "details, or we can help at https://support.stripe.com/.",
        headers={"WWW-Authenticate": 'Bearer realm="Stripe"'},
    )


def bad_key(key: str, expired: bool = False) -> ApiError:
    shown = key[:8] + "*" * max(len(key) - 12, 4) + key[-4:]
    if expired:
        message, code = f"Expired API Key provided: {shown}", "api_key_expired"
    else:
        message, code = f"Invalid API Key provided: {shown}", None
    return ApiError(
        401, message, code=code, headers={"WWW-Authenticate": 'Bearer realm="Stripe"'}
    )


def not_permitted(key: str, account: str, scope: str) -> ApiError:
    shown = key[:8] + "*" * max(len(key) - 12, 4) + key[-4:]
    return ApiError(
        403,
        f"The provided key '{shown}' does not have the required permissions for this "
        f"endpoint on account '{account}'. Having the '{scope}' permission would "
        "allow this request to continue.",
    )


def wrong_account(key: str, account: str) -> ApiError:
    shown = key[:8] + "*" * max(len(key) - 12, 4) + key[-4:]
    return ApiError(
        403,
        f"The provided key '{shown}' does not have access to account '{account}' (or "
        "that account does not exist). Application access may have been revoked.",
        code="account_invalid",
    )


def unknown_url(method: str, path: str) -> ApiError:
    return ApiError(
        404,
        f"Unrecognized request URL ({method}: {path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
    )


def of_status(status: int, code: str | None, message: str | None) -> ApiError:
    """The error that a planned fault of this status answers with."""
    if status == 429:
        return ApiError(
            429,
            message
            or "Request rate limit exceeded. You can learn more about rate "
            "limits here https://stripe.com/docs/rate-limits.",
            code=code or "rate_limit",
            headers={"Stripe-Rate-Limited-Reason": "global-rate"},
        )
    if status >= 500:
        return ApiError(
            status,
            message or "An unknown error occurred.",
            type="api_error",
            code=code,
        )
    kind = {402: "card_error"}.get(status, "invalid_request_error")
    return ApiError(status, message or "Refused.", type=kind, code=code)
