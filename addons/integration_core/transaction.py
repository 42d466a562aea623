# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The one place where the suite ends a transaction by itself."""

import psycopg2
import psycopg2.errors


def checkpoint(env) -> None:
    """Commit what a job has done so far; the next statement sees a fresh snapshot.

    Only for jobs whose job function has ``allow_commit`` (data/queue_job.xml): the
    event row is the truth, each of them may run again, and queue_job drops whatever a
    failed or repeated job wrote and did not commit (ARCHITECTURE rule 3). Never call
    it from code that people or other addons run inside their own transaction.
    """
    env.cr.commit()  # pylint: disable=invalid-commit


def fresh_snapshot(env) -> None:
    """Give up what was only read; the next statement sees what others committed.

    Under the same conditions as :func:`checkpoint`, which keeps what was written.
    """
    env.cr.rollback()
    env.invalidate_all(flush=False)


def is_outage(exc_name: str) -> bool:
    """Whether a job ended because of the database: restarted, cut off, not to be had.

    A job cannot say so itself: whatever it raises ends in the savepoint that queue_job
    holds on another connection, and that one is gone as well. Its hook ``on_fail`` is
    called as soon as there is a database again; before that the job stays "started"
    and is found dead.

    :param exc_name: what queue_job gives the hook: module and name of the exception
    """
    module, _, name = exc_name.rpartition(".")
    if module not in ("psycopg2", "psycopg2.errors", "psycopg2.extensions"):
        return False
    kind = getattr(psycopg2, name, None) or getattr(psycopg2.errors, name, None)
    return isinstance(kind, type) and issubclass(
        kind, (psycopg2.OperationalError, psycopg2.InterfaceError)
    )
