# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Waiting for something to become true, with a deadline and never by guessing."""

import time

LONGEST = 900.0


def until(what, condition, timeout=90.0, pause=0.05, moving=None):
    """Ask ``condition`` again and again; return its first true answer.

    How long something takes says nothing about whether it is right: the machine may be
    slow. What must not happen is that everything stands still.

    :param what: what is waited for, for the error text
    :param timeout: seconds
    :param moving: asked as well; with every new answer the time begins anew, up to
        :data:`LONGEST`
    :raises AssertionError: not true in time; shows the last answer
    """
    start = last_move = time.monotonic()
    position = moving() if moving else None
    while True:
        answer = condition()
        if answer:
            return answer
        if moving and (now_at := moving()) != position:
            position, last_move = now_at, time.monotonic()
        now = time.monotonic()
        if now - last_move > timeout or now - start > LONGEST:
            stood = f", at {position!r} for {now - last_move:.0f} s" if moving else ""
            raise AssertionError(
                f"not within {now - start:.0f} s{stood}: {what}; last: {answer!r}"
            )
        time.sleep(pause)
