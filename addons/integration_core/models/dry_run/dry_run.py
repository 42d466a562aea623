# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import threading
from contextlib import closing, contextmanager
from functools import partial

import psycopg2
import psycopg2.errors

from odoo import api, models
from odoo.exceptions import UserError
from odoo.modules import module
from odoo.sql_db import Cursor

from ...engine.no_network import no_network

#: Key in ``env.cr.cache`` and in the context: this transaction is thrown away.
MARK = "integration_dry_run"
LOCK_TIMEOUT_MS = 2000
# Somebody else was at the same rows and has finished: a new snapshot may do.
OVERTAKEN = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
)
# Somebody else is at them still: their turn.
BUSY = (psycopg2.errors.LockNotAvailable, *OVERTAKEN)

_thread = threading.local()


class IntegrationDryRun(models.AbstractModel):
    """Runs real code to its end and keeps nothing of it (ARCHITECTURE rule 9).

    What the code did is rolled back; what a rollback does not reach is kept from
    happening: other systems are not reached, mail is not sent, numbers of sequences
    are foretold instead of drawn, files are not written, nothing commits, and the
    caches of this process forget what they saw.

    What remains is a gap in the ids of tables, which PostgreSQL never takes back.
    """

    _name = "integration.dry.run"
    _description = "Dry Run"

    @api.model
    def _simulate(self, function, *, lock_timeout_ms: int = LOCK_TIMEOUT_MS):
        """Call ``function(env)`` in a transaction of its own and roll it back, always.

        ``env`` has this user, context and sudo mode. The transaction is another one:
        it does not see what the caller has not committed, and waits for rows that the
        caller has changed, so hand drafts over as values and hold no locks. While it
        is open it holds the locks of real work: no waiting, no page of a screen.

        :param function: gives back plain data, no records; called once more when
            somebody else finished with the same rows meanwhile
        :param lock_timeout_ms: how long it waits for a row that somebody else holds
        :raises UserError: somebody works on the same records just now
        :raises RuntimeError: within another dry run
        :raises TypeError: the result holds records, which end with the transaction
        """
        if in_dry_run():
            raise RuntimeError("a dry run within a dry run")
        with _kept_invalidations(self.env.registry), _sealed():
            try:
                try:
                    return self._once(function, lock_timeout_ms)
                except OVERTAKEN:
                    return self._once(function, lock_timeout_ms)
            except BUSY as error:
                raise UserError(
                    self.env._("Somebody is booking just now. Try again in a moment.")
                ) from error

    @api.model
    def _once(self, function, lock_timeout_ms: int):
        with closing(self._own_cursor()) as cr:
            try:
                return self._run_on(cr, function, lock_timeout_ms)
            finally:
                self._undo(cr)

    @api.model
    def _run_on(self, cr, function, lock_timeout_ms: int):
        cr.cache[MARK] = True
        cr.execute(
            "SELECT set_config('lock_timeout', %s, true)", (f"{lock_timeout_ms:d}ms",)
        )
        context = dict(self.env.context, **{MARK: True})
        env = api.Environment(cr, self.env.uid, context, self.env.su)
        result = function(env)
        env.flush_all()  # what only the database refuses belongs to the result
        _refuse_records(result)
        return result

    @api.model
    def _undo(self, cr) -> None:
        # Not run, by whatever road: what waits for the end of this transaction was
        # meant for one that is kept.
        cr.precommit.clear()
        cr.postcommit.clear()
        cr.rollback()
        if isinstance(cr, Cursor):
            # A lock of the session would go back into the pool with the connection.
            cr.execute("SELECT pg_advisory_unlock_all()")

    @api.model
    def _own_cursor(self):
        """A new cursor of this database.

        A test commits nothing, so there it is a pretended one upon the test's own.
        """
        test = module.current_test
        if test and self.env.cr is getattr(test, "cr", None):
            from odoo.tests.test_cursor import TestCursor

            self.env.flush_all()
            cr = TestCursor(self.env.cr, threading.RLock(), False)
        else:
            cr = self.env.registry.cursor()
        if not isinstance(cr, Cursor):
            cr.commit = partial(_pretend_commit, cr)
        return cr


def in_dry_run() -> bool:
    """Whether the running thread is within a dry run."""
    return getattr(_thread, "sealed", False)


def is_dry(env) -> bool:
    """Whether what happens in this environment is thrown away.

    The mark stands on the cursor: a context gets lost on the way to a flush.
    """
    return bool(env.cr.cache.get(MARK))


@contextmanager
def _sealed():
    """No network, and no commit by any cursor of this thread."""
    _thread.sealed = True
    try:
        with no_network():
            yield
    finally:
        _thread.sealed = False


@contextmanager
def _kept_invalidations(registry):
    """Forget what the caches saw within; what the caller changed is still told.

    ``reset_changes`` empties the caches that were marked and drops the marks, also
    those that the caller's own transaction has set for the other processes. These
    caches are emptied again on purpose: the dry run has filled them from a snapshot
    that does not hold what the caller has changed.
    """
    before = set(registry.cache_invalidated)
    changed, registry.registry_invalidated = registry.registry_invalidated, False
    try:
        yield
    finally:
        registry.reset_changes()
        registry.cache_invalidated.update(before)
        registry.registry_invalidated = changed


def _refuse_records(value) -> None:
    if isinstance(value, models.BaseModel):
        raise TypeError("records cannot leave a dry run")
    if isinstance(value, dict):
        _refuse_records(list(value.values()))
    elif isinstance(value, (list, tuple, set)):
        for one in value:
            _refuse_records(one)


def _pretend_commit(cr) -> None:
    cr.flush()
    cr.postcommit.clear()


def _guard_commit() -> None:
    """Make a commit within a dry run write to the transaction and no further.

    Code that commits on its way, or on a cursor that it opened itself, goes on as if
    it had; its cursor is rolled back when it is closed.
    """
    commit = Cursor.commit
    if getattr(commit, "_integration_guarded", False):
        return

    def guarded(cr):
        if not in_dry_run():
            return commit(cr)
        return _pretend_commit(cr)

    guarded._integration_guarded = True
    guarded.__doc__ = commit.__doc__
    Cursor.commit = guarded


_guard_commit()
