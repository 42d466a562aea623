# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A quick "surely valid" for the JSON Schema keywords that canonical schemas use.

jsonschema needs about 0.2 ms for a customer; nearly every record is valid, and to say
so takes a tenth of that. The answer is one-sided: True means valid, False only means
that jsonschema must look (and name the error).
"""

import re
from decimal import Decimal
from numbers import Number

from .formats import FORMATS

_ANNOTATIONS = frozenset(
    {
        "$schema",
        "$id",
        "$defs",
        "$comment",
        "title",
        "description",
        "default",
        "deprecated",
        "examples",
        "readOnly",
        "writeOnly",
    }
)
# Exact types: a subclass is left to jsonschema.
_TYPES = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def _is_number(value):
    return isinstance(value, Number) and not isinstance(value, bool)


class _Unsupported(Exception):
    """A keyword this module does not know."""


def compile_quick(schema, formats):
    """Function(instance) -> bool, or None where the schema needs jsonschema.

    :param schema: a valid JSON Schema 2020-12
    :param formats: names of the formats that are asserted
    """
    try:
        return _Compiler(schema, frozenset(formats)).build(schema)
    except _Unsupported:
        return None


def _all(tests):
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda value: first(value) and second(value)

    def check(value):
        for test in tests:
            if not test(value):
                return False
        return True

    return check


class _Compiler:
    def __init__(self, root, formats):
        self.root = root
        self.formats = formats
        self.references = {}

    def build(self, schema):
        if isinstance(schema, bool):
            return lambda value: schema
        tests = []
        for keyword, argument in schema.items():
            if keyword in _ANNOTATIONS or keyword == "additionalProperties":
                continue
            method = getattr(self, f"_on_{keyword.lstrip('$')}", None)
            if method is None:
                raise _Unsupported
            test = method(argument, schema)
            if test is not None:
                tests.append(test)
        if "additionalProperties" in schema and "properties" not in schema:
            tests.append(self._on_properties({}, schema))
        return _all(tests) if tests else lambda value: True

    def _on_ref(self, reference, _schema):
        if reference not in self.references:
            self.references[reference] = None  # a schema may refer to itself
            self.references[reference] = self.build(self._resolve(reference))
        references = self.references
        return references[reference] or (lambda value: references[reference](value))

    def _resolve(self, reference):
        if not reference.startswith("#/"):
            raise _Unsupported
        schema = self.root
        for part in reference[2:].split("/"):
            if not isinstance(schema, dict) or part not in schema:
                raise _Unsupported
            schema = schema[part]
            if isinstance(schema, dict) and "$id" in schema:
                raise _Unsupported
        return schema

    def _on_type(self, argument, _schema):
        names = [argument] if isinstance(argument, str) else argument
        types = frozenset(kind for name in names for kind in _TYPES[name])
        if len(types) == 1:
            (only,) = types
            return lambda value: type(value) is only
        return lambda value: type(value) in types

    def _on_enum(self, values, _schema):
        if not all(value is None or isinstance(value, str) for value in values):
            raise _Unsupported  # 1, 1.0 and true need care
        allowed = frozenset(values)
        return lambda value: (value is None or type(value) is str) and value in allowed

    def _on_const(self, value, schema):
        return self._on_enum([value], schema)

    def _on_format(self, name, _schema):
        if name not in self.formats:
            return None
        test = FORMATS[name]
        return lambda value: not isinstance(value, str) or test(value)

    def _on_pattern(self, pattern, _schema):
        search = re.compile(pattern).search
        return lambda value: not isinstance(value, str) or search(value) is not None

    def _on_minLength(self, limit, _schema):  # noqa: N802 - the keyword's own spelling
        return lambda value: not isinstance(value, str) or len(value) >= limit

    def _on_maxLength(self, limit, _schema):  # noqa: N802
        return lambda value: not isinstance(value, str) or len(value) <= limit

    def _on_minItems(self, limit, _schema):  # noqa: N802
        return lambda value: not isinstance(value, list) or len(value) >= limit

    def _on_maxItems(self, limit, _schema):  # noqa: N802
        return lambda value: not isinstance(value, list) or len(value) <= limit

    def _on_minimum(self, limit, _schema):
        return lambda value: not _is_number(value) or bool(value >= limit)

    def _on_maximum(self, limit, _schema):
        return lambda value: not _is_number(value) or bool(value <= limit)

    def _on_items(self, schema, parent):
        if "prefixItems" in parent:
            raise _Unsupported
        test = self.build(schema)
        return lambda value: not isinstance(value, list) or all(map(test, value))

    def _on_required(self, names, _schema):
        names = frozenset(names)
        return lambda value: not isinstance(value, dict) or names <= value.keys()

    def _on_properties(self, properties, schema):
        if "patternProperties" in schema:
            raise _Unsupported
        tests = {name: self.build(part) for name, part in properties.items()}
        other = self.build(schema.get("additionalProperties", True))
        get = tests.get

        def check(value):
            if not isinstance(value, dict):
                return True
            for name, item in value.items():
                if not get(name, other)(item):
                    return False
            return True

        return check

    def _on_minProperties(self, limit, _schema):  # noqa: N802
        return lambda value: not isinstance(value, dict) or len(value) >= limit

    def _on_maxProperties(self, limit, _schema):  # noqa: N802
        return lambda value: not isinstance(value, dict) or len(value) <= limit

    def _on_propertyNames(self, schema, _schema):  # noqa: N802
        test = self.build(schema)
        return lambda value: not isinstance(value, dict) or all(map(test, value))

    def _on_allOf(self, schemas, _schema):  # noqa: N802
        return _all([self.build(schema) for schema in schemas])

    def _on_anyOf(self, schemas, _schema):  # noqa: N802
        tests = [self.build(schema) for schema in schemas]
        return lambda value: any(test(value) for test in tests)
