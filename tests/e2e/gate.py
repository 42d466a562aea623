# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lets several sessions arrive at the same row before any of them may go on."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

from e2e.people import OdooRefused, Person
from e2e.stack import DATABASE, PASSWORD
from e2e.waiting import until

# Sessions that wait, in a row, for what one session holds.
WAITING = """
    WITH RECURSIVE held AS (
        SELECT %s AS pid
        UNION
        SELECT a.pid FROM pg_stat_activity a
          JOIN held h ON h.pid = ANY(pg_blocking_pids(a.pid))
         WHERE a.datname = current_database())
    SELECT count(*) - 1 FROM held
"""


def window(stack, login: str) -> Person:
    """A further browser window of somebody."""
    return Person(stack.web.url, DATABASE, login, PASSWORD)


@contextlib.contextmanager
def gate(stack, lock: tuple, *acts):
    """Let people act while somebody holds a row that all of them need.

    The block runs once all of them wait for it; then they go on.

    :param lock: statement and parameters: ``SELECT … FOR UPDATE``
    :param acts: what each does, in a thread of its own
    :return: a list that is filled after the block: the answers, or the refusals
    """
    connection = stack.postgres.connect(DATABASE)
    connection.autocommit = False
    answers: list = []
    with ThreadPoolExecutor(len(acts)) as pool:
        try:
            with connection.cursor() as cursor:
                cursor.execute(*lock)
                assert cursor.fetchall(), "nothing is held"
            begun = [pool.submit(_answer, act) for act in acts]
            pid = connection.info.backend_pid

            def all_wait():
                ended = [one.result() for one in begun if one.done()]
                assert not ended, ended
                return stack.value(WAITING, pid) >= len(acts)

            until("all wait", all_wait, 60)
            yield answers
        finally:
            connection.rollback()
            connection.close()
        answers += [one.result() for one in begun]


def _answer(act):
    try:
        return act()
    except OdooRefused as refused:
        return refused
