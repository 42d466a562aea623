# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Canonical schemas: JSON Schema 2020-12 with errors that people can read."""

import json
from decimal import Decimal
from functools import lru_cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as InvalidSchema
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from .errors import SchemaError
from .formats import FORMATS, format_checker
from .quick_schema import compile_quick

__all__ = ["CompiledSchema", "FORMATS", "compile_schema"]

_TYPE_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a group of fields",
    "null": "empty",
}
_FORMAT_WORDS = {
    "date": "a date such as 2026-11-22",
    "date-time": "a date and time such as 2026-11-22T01:39:24Z",
    "email": "an e-mail address",
}
_SIZE_WORDS = {
    "minLength": "is shorter than {} characters",
    "maxLength": "is longer than {} characters",
    "minItems": "has fewer than {} entries",
    "maxItems": "has more than {} entries",
    "minimum": "is less than {}",
    "maximum": "is more than {}",
    "exclusiveMinimum": "is not more than {}",
    "exclusiveMaximum": "is not less than {}",
    "multipleOf": "is not a multiple of {}",
}


def _path_text(parts):
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text


def _type_of(value):
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    for name, kind in (("string", str), ("array", list), ("object", dict)):
        if isinstance(value, kind):
            return name
    return "number"


def _or(words):
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _short(value):
    text = str(value)
    return f"“{text[:39]}…”" if len(text) > 40 else f"“{text}”"


def _expected_types(error):
    names = error.validator_value
    names = [names] if isinstance(names, str) else names
    return [_TYPE_WORDS[name] for name in names]


def _on_type(error, name):
    found = _TYPE_WORDS[_type_of(error.instance)]
    return f"{name} is {found}, {_or(_expected_types(error))} was expected"


def _on_enum(error, name):
    values = error.validator_value
    values = values if error.validator == "enum" else [values]
    allowed = _or([_short(value) for value in values])
    return f"{name} is {_short(error.instance)}, {allowed} was expected"


def _on_format(error, name):
    expected = _FORMAT_WORDS[error.validator_value]
    return f"{name} is {_short(error.instance)}, {expected} was expected"


def _on_pattern(error, name):
    return f"{name} is {_short(error.instance)}, which does not have the expected form"


def _on_other(error, name):
    words = _SIZE_WORDS.get(error.validator)
    if words:
        return f"{name} {words.format(error.validator_value)}"
    return f"{name} does not have any of the allowed forms"


_WORDS = {
    "type": _on_type,
    "enum": _on_enum,
    "const": _on_enum,
    "format": _on_format,
    "pattern": _on_pattern,
}


def _missing_field(error):
    return next(n for n in error.validator_value if n not in error.instance)


def _unknown_field(error):
    known = error.schema.get("properties", {})
    return next((n for n in error.instance if n not in known), None)


def _name(path):
    return f"`{path}`" if path else "the record"


def _describe(error):
    """(message, path) of one jsonschema error."""
    parts = list(error.absolute_path)
    if error.validator == "required":
        path = _path_text([*parts, _missing_field(error)])
        return f"{_name(path)} is missing", path
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        unknown = _unknown_field(error)
        path = _path_text(parts if unknown is None else [*parts, unknown])
        return f"{_name(path)} is not a known field", path
    path = _path_text(parts)
    return _WORDS.get(error.validator, _on_other)(error, _name(path)), path


def _depth(error):
    return len(error.absolute_path)


def _first(errors):
    """The error nearest to the top; among equals the first in schema order."""
    return min(errors, key=_depth, default=None)


def _explain(error):
    """Go into anyOf and oneOf as long as one alternative was clearly meant.

    An alternative of another type was not meant: `null` says nothing about an object.
    """
    while error.context:
        level = _depth(error)
        meant = [
            sub
            for sub in error.context
            if not (sub.validator == "type" and _depth(sub) == level)
        ]
        if not meant:
            types = [word for sub in error.context for word in _expected_types(sub)]
            path = _path_text(error.absolute_path)
            found = _TYPE_WORDS[_type_of(error.instance)]
            expected = _or(list(dict.fromkeys(types)))
            return f"{_name(path)} is {found}, {expected} was expected", path
        error = _first(meant)
    return _describe(error)


def _multiple_of(validator, step, instance, _schema):
    # jsonschema's own divides a Decimal by a float, which Python refuses.
    is_number = validator.is_type(instance, "number")
    if is_number and Decimal(str(instance)) % Decimal(str(step)):
        yield ValidationError(f"{instance} is not a multiple of {step}")


_Validator = extend(Draft202012Validator, {"multipleOf": _multiple_of})


class CompiledSchema:
    """A checked schema; holds no state, so it may be shared by threads.

    Made by :func:`compile_schema`.
    """

    def __init__(self, schema, formats):
        self.schema = schema
        self._quick = compile_quick(schema, formats)
        self._validator = _Validator(
            schema,
            # An empty registry resolves nothing outside of the schema itself.
            registry=Registry(),
            format_checker=format_checker(formats),
        )

    def check(self, instance):
        """Check a record.

        :raises SchemaError: of the error nearest to the top; ``path`` is its place,
            e.g. ``addresses[0].country``
        """
        if self._quick is not None and self._quick(instance):
            return
        try:
            error = _first(self._validator.iter_errors(instance))
        except RecursionError:
            raise SchemaError("the record is nested too deep") from None
        if error is not None:
            message, path = _explain(error)
            raise SchemaError(message, path=path)

    def errors(self, instance):
        """Everything that is wrong with a record, for people who mend a mapping.

        :return: list of (message, path), those nearest to the top first
        """
        try:
            found = sorted(self._validator.iter_errors(instance), key=_depth)
        except RecursionError:
            return [("the record is nested too deep", "")]
        # One place may break several rules in the same words.
        return list(dict.fromkeys(_explain(error) for error in found))


def _references(schema):
    if isinstance(schema, list):
        for item in schema:
            yield from _references(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                yield value
            elif key not in ("const", "enum", "default", "examples"):
                yield from _references(value)


def compile_schema(schema, formats=("date", "date-time", "email")):
    """Check and compile a schema.

    :param schema: dict, JSON Schema 2020-12; references only into itself
    :param formats: names in ``FORMATS`` that are asserted; all others are annotations
    :raises SchemaError: the schema is not valid, or it refers to another document

    Known schemas are not compiled again: it takes tens of milliseconds, and whoever
    keeps the result in a cache of Odoo's loses it with every change of anything.
    """
    return _compile(json.dumps(schema), tuple(formats))


@lru_cache(maxsize=100)
def _compile(text, formats):
    schema = json.loads(text)
    try:
        Draft202012Validator.check_schema(schema)
    except InvalidSchema as error:
        path = _path_text(error.absolute_path)
        raise SchemaError(
            f"the schema itself is not valid: {error.message[:200]}", path=path
        ) from None
    for reference in _references(schema):
        if not reference.startswith("#"):
            raise SchemaError(f"the schema refers to another document: {reference}")
    return CompiledSchema(schema, formats)
