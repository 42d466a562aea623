# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Waiting for something to become true, with a deadline and never by guessing."""

import time


def until(what, condition, timeout=30.0, pause=0.05):
    """Ask ``condition`` again and again; return its first true answer.

    :param what: what is waited for, for the error text
    :param timeout: seconds
    :raises AssertionError: not true in time; shows the last answer
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}; last: {answer!r}")
        time.sleep(pause)
