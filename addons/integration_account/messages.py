# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plain data that the entities of documents and the period guard hand to each other."""

from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from odoo.addons.integration_core.messages import Item


@dataclass
class GuardRequest:
    """One entry that is about to be booked, and where it may be booked.

    The first block is given by the entity, the second is filled by
    `integration.period.guard._check`, the third by the entity once it is booked.

    :param item: the message that brings the entry
    :param journal: account.journal it is booked in
    :param wanted: accounting date by the other system, in the company's time zone
    :param has_tax: whether any line carries a tax (the tax lock counts then)
    :param amount: canonical money, or None
    :param model: model of the document, ``account.move`` or ``account.payment``
    :param move_type: of the entry: ``out_invoice``, ``out_refund``, ``entry``
    :param kind: which entry of the object it is: ``post``, ``reverse``, ``pay``,
        ``write_off``, ``reconcile``; one object may have one of each
    :param key: external id of the document where it is not that of the item
    :param title: what people call the document: its number
    :param date: the accounting date to use. Give it to the document explicitly: Odoo
        leaves a date alone that no lock forbids, and works out another one otherwise
    :param note: sentence for the chatter, '' if the date is the wanted one
    :param lock: (last locked day, field of the lock), None when nothing is locked
    :param row: the `integration.shifted.document` of this entry, empty if none
    :param res_id: id of the document that was booked
    """

    item: Item
    journal: Any
    wanted: Date
    has_tax: bool
    amount: dict | None
    model: str
    move_type: str = "entry"
    kind: str = "post"
    key: str = ""
    title: str = ""

    date: Date | None = None
    note: str = ""
    lock: tuple | None = None
    row: Any = None

    res_id: int = 0

    @property
    def external_id(self) -> str:
        """The peer's id of the document."""
        return self.key or self.item.external_id

    @property
    def shifted(self) -> bool:
        """Whether it is booked on another day than the wanted one."""
        return bool(self.date) and self.date != self.wanted
