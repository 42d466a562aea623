# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Batches with one savepoint: halve what fails until only the culprits are left."""


def run(items, attempt, fatal=()):
    """Run ``attempt`` over all items, isolating those that fail.

    One call where all succeed; a batch of n with one culprit costs about 2·log2(n)
    more. Items are attempted in their order.

    :param items: list
    :param attempt: called with a sub-list; it opens a savepoint of its own, does all
        items or raises. It may see an item again after a failure, never after a
        success. Whoever needs order within a lane skips, inside ``attempt``, what
        follows a failed item of the same lane.
    :param fatal: exception types that break the transaction as a whole; they are
        passed on at once
    :returns: list of (item, exception) of the items that failed, in order
    """
    failures = []
    todo = [list(items)] if items else []
    while todo:
        batch = todo.pop()
        try:
            attempt(batch)
        except fatal:
            raise
        except Exception as error:
            if len(batch) == 1:
                failures.append((batch[0], error))
                continue
            middle = len(batch) // 2
            todo.append(batch[middle:])
            todo.append(batch[:middle])
    return failures
