# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Shapes of the three Json field widgets (static/src), built from records.

Nothing here is stored or decides anything: it turns what the hub knows into words.
"""

# Key of a diff that holds journal items instead of a value before and after.
LEDGER = "ledger"


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
        "columns": [
            {"key": "label", "label": env._("Label")},
            {"key": "partner", "label": env._("Partner")},
            {"key": "debit", "label": env._("Debit"), "align": "end"},
            {"key": "credit", "label": env._("Credit"), "align": "end"},
            {"key": "currency", "label": env._("Currency")},
        ],
        "rows": [
            {"key": str(number), "label": row.get("account", ""), "cells": row}
            for number, row in enumerate(rows)
        ],
        "first": env._("Account"),
        "note": env._(
            "Debit and credit differ by %(total)s.",
            total=", ".join(entry.get("total") or "0.00" for entry in entries),
        ),
    }


def comparison(env, entries: list[tuple], empty: str, note: str = "") -> dict:
    """Value of the widget ``integration_compare`` from the diffs of log lines.

    :param entries: (model name or False, prefix, diff), diff: field → [before, after]
    :param empty: sentence shown where no value changed
    """
    rows = [
        _row(env, model, prefix, name, pair)
        for model, prefix, diff in entries
        for name, pair in (diff or {}).items()
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
