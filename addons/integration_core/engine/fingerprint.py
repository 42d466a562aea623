# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What failed messages have in common: the root cause, without the particulars.

Two hundred invoices that one missing account stops differ in numbers, names and
amounts. What is left when those are taken away is the problem a person solves once.
"""

import hashlib
import re

MOST = 160
BLANK = "…"

# From the special to the general. What stands in quotes is a value of the message or a
# name; so is every word with a digit in it: ids, numbers, amounts, dates, addresses.
PARTICULARS = (
    re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|(?<!\w)'[^']*'(?!\w)"),
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"\S+@\S+"),
    re.compile(r"[^\s“”\"'(),;:]*\d[^\s“”\"'(),;:]*"),
)
LIST_INDEX = re.compile(r"\[\d+\]")
REPEATED = re.compile(rf"{BLANK}(?:[\s,;:+-]*{BLANK})+")


def generalise(message: str, names: tuple = ()) -> str:
    """A sentence without the particulars of one message.

    :param message: text of an error
    :param names: further texts to leave out, such as the id of the object
    :return: at most 160 characters; the same for every message with this problem
    """
    text = " ".join((message or "").split())
    for name in sorted((n for n in names if n and len(n) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", BLANK, text)
    for pattern in PARTICULARS:
        text = pattern.sub(BLANK, text)
    return REPEATED.sub(BLANK, text)[:MOST].strip()


def fingerprint(
    error_class: str,
    entity: str = "",
    *,
    cause: str = "",
    path: str = "",
    problem: str = "",
) -> str:
    """The same text for everything that one act of a person would solve.

    A cause that the error itself names says it all, whatever stumbled over it. Without
    one it is the kind of error, the entity, the place and the problem in general.

    :param cause: such as ``value_map:tax_rate:txr_1``
    :param path: place in the document; which element of a list it was does not matter
    :param problem: see :func:`generalise`
    :return: at most 64 characters, letters, digits and ``:``
    """
    if cause:
        return f"cause:{_digest(cause)}"
    where = LIST_INDEX.sub("[]", path or "")
    return f"{error_class or 'unknown'}:{_digest(entity, where, problem)}"


def _digest(*parts: str) -> str:
    text = "\x1f".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
