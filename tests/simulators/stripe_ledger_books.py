# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What an entry of the ledger is, and who else writes entries into it.

A module that brings further entries has two functions, and puts itself into
:data:`BOOKS` (``stripe_ledger`` imports it):

* ``entries(ledger) -> list[Entry]``, from what happened, while the simulator is locked
* ``differences(ledger) -> list[str]``: where the simulator shows something else
"""

from dataclasses import dataclass

BOOKS: list = []


@dataclass
class Entry:
    """``kind`` of what happened to the object ``of``."""

    kind: str
    of: str
    # (account, currency, amount); debit positive
    lines: list[tuple[str, str, int]]

    def add(self, account: str, currency: str, amount: int) -> None:
        if amount:
            self.lines.append((account, currency, amount))
