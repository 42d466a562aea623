# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The search query language, as far as look-ups need it.

docs.stripe.com/search: ``email:"a@b.c" AND metadata["odoo_id"]:"7"``, ``~`` for a part,
``-`` for not, ``created>1``; AND or OR, not both. Results lag behind (about a minute).
"""

import re

from .stripe_errors import bad_parameter

_CLAUSE = re.compile(
    r"""(?P<negated>-?)(?P<field>\w+)(\[(?P<q>["'])(?P<key>.*?)(?P=q)\])?
    (?P<test>[:~]|>=|<=|>|<)
    ("(?P<text>(\\.|[^"\\])*)"|'(?P<text1>(\\.|[^'\\])*)'|(?P<number>\d+|null))""",
    re.VERBOSE,
)
_GLUE = re.compile(r"\s+(AND|OR)\s+|\s+|\Z", re.IGNORECASE)


def compile_query(query: str, fields: frozenset[str]):
    """A function object -> bool.

    :raises ApiError: 400 for what is no query, or for a field that is not searchable
    """
    clauses, glue, position = [], set(), 0
    while position < len(query):
        match = _CLAUSE.match(query, position)
        if not match:
            raise _bad(query)
        if match["field"] not in fields:
            raise bad_parameter(f"Field {match['field']} cannot be searched.", "query")
        clauses.append(_clause(match))
        joint = _GLUE.match(query, match.end())
        if not joint:
            raise _bad(query)
        position = joint.end()
        if position < len(query):
            glue.add((joint[1] or "AND").upper())
    if not clauses or len(glue) > 1:
        raise _bad(query)
    join = any if glue == {"OR"} else all
    return lambda obj: join(clause(obj) for clause in clauses)


def _bad(query: str):
    return bad_parameter(f"We were unable to parse your search query: {query}", "query")


def _clause(match):
    wanted = match["text"] if match["text"] is not None else match["text1"]
    if wanted is not None:
        wanted = re.sub(r"\\(.)", r"\1", wanted)
    test = _test(match["test"], wanted, match["number"])
    negated = bool(match["negated"])

    def clause(obj):
        value = obj.get(match["field"])
        if match["key"] is not None:
            value = (value or {}).get(match["key"])
        return test(value) != negated

    return clause


def _test(sign: str, text: str | None, number: str | None):
    if number == "null":
        return lambda value: value in (None, "")
    if number is not None:
        bound = int(number)
        return {
            ":": lambda value: value == bound,
            ">": lambda value: isinstance(value, int) and value > bound,
            ">=": lambda value: isinstance(value, int) and value >= bound,
            "<": lambda value: isinstance(value, int) and value < bound,
            "<=": lambda value: isinstance(value, int) and value <= bound,
            "~": lambda value: False,
        }[sign]
    wanted = text.lower()
    if sign == "~":
        return lambda value: wanted in str(value or "").lower()
    return lambda value: str(value or "").lower() == wanted
