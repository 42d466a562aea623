# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Shapes of the three Json field widgets (static/src), built from records.

Nothing here is stored or decides anything: it turns what the hub knows into words.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.tools.misc import format_amount, formatLang

# Key of a diff that holds journal items instead of a value before and after.
LEDGER = "ledger"
# Its two columns of amounts.
SIDES = ("debit", "credit")


def ledger(env, diffs: list[dict]) -> dict | bool:
    """Journal items of log lines as a plain table; False where nothing was booked.

    :param diffs: each may have ``ledger``: {"rows": [{"account", "label", "partner",
        "debit", "credit", "currency"}], "total"}, amounts as decimal strings
    """
    entries = [diff[LEDGER] for diff in diffs if diff and diff.get(LEDGER)]
    rows = [row for entry in entries for row in entry["rows"]]
    if not rows:
        return False
    return {
        "plain": True,
        "hide_blank": True,
        "columns": [
            {"key": "label", "label": env._("Label")},
            {"key": "partner", "label": env._("Partner")},
            {"key": "debit", "label": env._("Debit"), "align": "end"},
            {"key": "credit", "label": env._("Credit"), "align": "end"},
            {"key": "currency", "label": env._("Currency")},
        ],
        "rows": [
            {
                "key": str(number),
                "label": row.get("account", ""),
                "cells": _ledger_cells(env, row),
            }
            for number, row in enumerate(rows)
        ]
        + _ledger_totals(env, rows),
        "first": env._("Account"),
        "note": _ledger_note(env, [entry.get("total") or "0" for entry in entries]),
    }


def _ledger_cells(env, row: dict) -> dict:
    """One journal item, its amounts in the reader's way of writing numbers."""
    return dict(row, **{side: _number(env, row.get(side)) for side in SIDES})


def _ledger_totals(env, rows: list[dict]) -> list[dict]:
    """A last line for each currency: what debit and credit come to."""
    sums = defaultdict(lambda: dict.fromkeys(SIDES, Decimal(0)))
    for row in rows:
        for side in SIDES:
            sums[row.get("currency", "")][side] += Decimal(row.get(side) or 0)
    return [
        {
            "key": f"total:{currency}",
            "label": env._("Total"),
            "strong": True,
            "cells": _ledger_cells(
                env, {"currency": currency} | {k: str(v) for k, v in sides.items()}
            ),
        }
        for currency, sides in sums.items()
    ]


def _ledger_note(env, totals: list[str]) -> str:
    """Whether the entries balance; the totals are what debit and credit differ by."""
    if not any(Decimal(total) for total in totals):
        return env._("Debit and credit are equal.")
    return env._("Debit and credit differ by %(total)s.", total=", ".join(totals))


def _number(env, text: str | None) -> str:
    """A decimal string for people; nothing where there is none."""
    if not text:
        return ""
    digits = max(-Decimal(text).as_tuple().exponent, 0)
    return formatLang(env, float(text), digits=digits)


def amount_text(record) -> str:
    """``amount`` of a record with its currency's sign; nothing where there is none.

    The web client does not know the signs of currencies that are not active, and those
    are what people are asked about.
    """
    if not record.currency_id or not record.amount:
        return ""
    return format_amount(record.env, record.amount, record.currency_id)


def comparison(env, entries: list[tuple], empty: str, note: str = "") -> dict:
    """Value of the widget ``integration_compare`` from the diffs of log lines.

    :param entries: (model name or False, prefix, diff), diff: field → [before, after]
    :param empty: sentence shown where no value changed
    """
    rows = [
        _row(env, model, prefix, name, pair)
        for model, prefix, diff in entries
        for name, pair in _in_order(env, model, diff or {})
        if name != LEDGER
    ]
    return {
        "columns": [
            {"key": "before", "label": env._("Before")},
            {"key": "after", "label": env._("After")},
        ],
        "rows": rows,
        "empty": empty,
        "note": note,
    }


def _in_order(env, model, diff: dict) -> list[tuple]:
    """Fields in the order of their model (stored Json keeps none), the rest last."""
    places = (
        {name: place for place, name in enumerate(env[model]._fields)}
        if (model in env)
        else {}
    )
    return sorted(diff.items(), key=lambda pair: places.get(pair[0], len(places)))


def _row(env, model, prefix, name, pair) -> dict:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    before, after = (_value(env, model, name, value) for value in (before, after))
    label = field_label(env, model, name)
    return {
        "key": f"{model or ''}:{prefix}:{name}",
        "label": f"{prefix}: {label}" if prefix else label,
        "cells": {"before": before, "after": after},
        "status": _status(before, after),
    }


def _status(before, after) -> str:
    if before == after:
        return "same"
    if _is_blank(before):
        return "added"
    return "missing" if _is_blank(after) else "changed"


def _is_blank(value) -> bool:
    return value is None or value == "" or value == []


def _value(env, model, name: str, value):
    """A value for people; False means "nothing" except in a yes-or-no field."""
    field = env[model]._fields.get(name) if model in env else None
    if value is False and field is not None and field.type != "boolean":
        return None
    return _text(value)


def _text(value):
    """A value as people write it; lists and pairs (id, name) by their names."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], int):
        return value[1]
    if isinstance(value, list):
        return ", ".join(str(_text(part)) for part in value)
    return value


def field_label(env, model, name: str) -> str:
    """What the form of a record calls a field; technical keys stay as they are."""
    field = env[model]._fields.get(name) if model in env else None
    if field is None:
        words = name.replace("_", " ").replace(".", " › ")
        return words[:1].upper() + words[1:]
    return field.get_description(env, ["string"])["string"]


def selection_label(record, name: str) -> str:
    """The word for the value of a selection field, in the user's language."""
    words = dict(record._fields[name]._description_selection(record.env))
    return words.get(record[name], record[name] or "")


def button(label: str, method: str, **values) -> dict:
    """A button of the widgets; see static/src/record_button.js."""
    return dict(values, label=label, method=method)


def step(key: str, title: str, sentence: str, state: str, **values) -> dict:
    """One step of the widget ``integration_steps``."""
    return dict(values, key=key, title=title, sentence=sentence, state=state)


def notice(level: str, what: str, why: str = "", next_step: str = "", *buttons) -> dict:
    """Value of the widget ``integration_notice``; the first button is primary."""
    return {
        "level": level,
        "what": what,
        "why": why,
        "next": next_step,
        "buttons": [
            dict(entry, primary=not index) for index, entry in enumerate(buttons)
        ],
    }


def instant(value) -> str | None:
    """A naive UTC datetime as RFC 3339, for the browser to show in its own zone."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def as_sentence(text: str | bool) -> str:
    """Text of the engine as a sentence: a capital first, a full stop last."""
    text = (text or "").strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
