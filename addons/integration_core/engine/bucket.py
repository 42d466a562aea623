# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Token bucket: how fast we may call a peer."""

# Waiting exactly as long as told must be enough in spite of rounding.
_EPSILON = 1e-9


class TokenBucket:
    """Allows ``burst`` calls at once and ``rate`` per second in the long run.

    Pure: the clock is an argument, so it works with any clock and in tests.

    :param rate: tokens per second, more than 0
    :param burst: size of the bucket, at least 1
    :raises ValueError: for other figures
    """

    def __init__(self, rate, burst):
        if rate <= 0 or burst < 1:
            raise ValueError("rate must be more than 0 and burst at least 1")
        self.rate = float(rate)
        self.burst = float(burst)
        self._tokens = self.burst
        self._at = None

    def take(self, now, n=1):
        """Take ``n`` tokens if they are there.

        :param now: seconds of a clock; a clock that jumps back gives no tokens
        :returns: 0.0 when taken, else the seconds to wait before asking again
        :raises ValueError: more tokens than the bucket ever holds
        """
        if n > self.burst:
            raise ValueError("more tokens than the bucket holds")
        elapsed = max(now - self._at, 0.0) if self._at is not None else 0.0
        self._tokens = min(self.burst, self._tokens + elapsed * self.rate)
        self._at = now
        if self._tokens + _EPSILON >= n:
            self._tokens -= n
            return 0.0
        return (n - self._tokens) / self.rate
