# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When to try again: a schedule with jitter, and what the peer asked for."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = 86400
# A peer that says "0 seconds" and is not counted must not make a busy loop.
MIN_RETRY_AFTER = 1.0
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?\Z")


@dataclass(frozen=True)
class RetryPolicy:
    """Backoff of one flow or connector.

    :param max_attempts: counted attempts before an event is given up
    :param schedule: seconds to wait after the 1st, 2nd, … failure; the last repeats
    :param jitter: share by which a wait is spread, 0.2 = ±20 %
    :param cap: longest wait in seconds
    """

    max_attempts: int = 8
    schedule: tuple = (5, 30, 120, 600, 1800, 7200, 21600)
    jitter: float = 0.2
    cap: float = 86400

    def delay(self, attempt, retry_after=None, rng=random.random):
        """Seconds to wait after failure number ``attempt`` (1 = the first).

        What the peer asked for wins over the schedule and is only ever lengthened by
        the jitter, never undercut.

        :param retry_after: seconds the peer asked for, or None
        :param rng: function giving a float in [0, 1)
        """
        if retry_after is not None:
            base = max(float(retry_after), MIN_RETRY_AFTER)
            return min(base * (1 + self.jitter * rng()), float(self.cap))
        index = min(max(attempt, 1), len(self.schedule)) - 1
        spread = 1 + self.jitter * (2 * rng() - 1)
        return min(self.schedule[index] * spread, float(self.cap))

    def exhausted(self, attempts):
        """Whether that many counted attempts are enough."""
        return attempts >= self.max_attempts


def _unix(now):
    return now.timestamp() if isinstance(now, datetime) else float(now)


def parse_retry_after(value, now):
    """Seconds of a ``Retry-After`` header (RFC 9110 §10.2.3).

    :param value: header value (seconds or HTTP date) or None
    :param now: aware datetime or Unix time
    :returns: seconds (float) between 0 and ``MAX_RETRY_AFTER``; None for garbage
    """
    text = str(value).strip() if value is not None else ""
    if _SECONDS.match(text):
        # float() takes any number of digits, int() does not.
        return min(float(text), float(MAX_RETRY_AFTER))
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        seconds = moment.timestamp() - _unix(now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return min(max(seconds, 0.0), float(MAX_RETRY_AFTER))
