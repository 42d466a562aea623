# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The one place where the suite ends a transaction by itself."""


def checkpoint(env) -> None:
    """Commit what a job has done so far; the next statement sees a fresh snapshot.

    Only for jobs whose job function has ``allow_commit`` (data/queue_job.xml): the
    event row is the truth, each of them may run again, and queue_job drops whatever a
    failed or repeated job wrote and did not commit (ARCHITECTURE rule 3). Never call
    it from code that people or other addons run inside their own transaction.
    """
    env.cr.commit()  # pylint: disable=invalid-commit
