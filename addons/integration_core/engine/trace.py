# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""W3C trace ids (https://www.w3.org/TR/trace-context/#traceparent-header)."""

import re
import secrets

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"(?P<more>-.*)?\Z"
)


def new_trace_id():
    """A new random trace id, 32 hex digits."""
    return secrets.token_hex(16)


def trace_id_of(traceparent):
    """Trace id of a ``traceparent`` header, or a new one if it is missing or invalid.

    :param traceparent: header value or None
    :returns: 32 hex digits
    """
    match = _TRACEPARENT.match((traceparent or "").strip())
    # Version 00 has exactly four parts; only later versions may append more.
    if not match or (match["more"] and match.string.startswith("00")):
        return new_trace_id()
    return match[1]
