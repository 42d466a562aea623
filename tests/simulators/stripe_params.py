# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Form bodies with brackets, and the types of parameters.

``items[0][price]=p&metadata[odoo_id]=7&expand[]=tax_ids`` becomes nested dicts and
lists, as SDK ``_encode.py`` writes them. An empty string clears a field.
"""

import re
from decimal import Decimal
from urllib.parse import parse_qsl

from .stripe_errors import (
    ApiError,
    bad_parameter,
    missing_parameter,
    unknown_parameter,
)

MAX_DEPTH = 10
_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")


def parse(text: str) -> dict:
    """Parse a query string or form body.

    :raises ApiError: 400 for brackets that do not match or contradict each other
    """
    tree: dict = {}
    for raw_name, value in parse_qsl(text, keep_blank_values=True):
        match = _NAME.match(raw_name)
        if not match:
            raise bad_parameter(f"Invalid request: cannot read {raw_name}", raw_name)
        path = [match[1], *_BRACKET.findall(match[2])]
        if len(path) > MAX_DEPTH:
            raise bad_parameter("Invalid request: nested too deep", raw_name)
        _put(tree, path, value, raw_name)
    return {name: _lists(value) for name, value in tree.items()}


class _Array(dict):
    """What ``a[]=`` or ``a[0]=`` fills, by position, until all is read."""


def _put(tree: dict, path: list[str], value: str, raw_name: str):
    node = tree
    for position, part in enumerate(path[:-1]):
        following = path[position + 1]
        if part == "" and isinstance(node, _Array):
            part = _element(node, following)
        kind = _Array if following == "" or following.isdigit() else dict
        child = node.setdefault(part, kind())
        if not isinstance(child, dict):
            raise bad_parameter("Invalid request: contradicting brackets", raw_name)
        node = child
    last = path[-1]
    if last == "":
        last = str(len(node))
    if isinstance(node.get(last), dict):
        raise bad_parameter("Invalid request: contradicting brackets", raw_name)
    node[last] = value


def _element(node: "_Array", following: str) -> str:
    # a[][b]=1&a[][c]=2 is one element; a repeated name opens the next one.
    last = str(len(node) - 1)
    current = node.get(last)
    if isinstance(current, dict) and following not in current:
        return last
    return str(len(node))


def _lists(value):
    if isinstance(value, _Array):
        if not all(key.isdigit() for key in value):
            return {key: _lists(item) for key, item in value.items()}
        return [_lists(value[key]) for key in sorted(value, key=int)]
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return value


class Param:
    """A type of parameter; ``read`` turns what came into the stored value."""

    def __init__(self, required: bool = False):
        self.required = required

    def read(self, value, name: str):
        raise NotImplementedError


class Str(Param):
    """A string; empty clears to null.

    :param most: longest accepted length
    :param choices: accepted values, None for any
    :param pattern: regular expression of the whole value
    :param code: error code of a value that does not fit
    """

    def __init__(
        self, most=5000, choices=None, pattern=None, code=None, required=False
    ):
        super().__init__(required)
        self.most = most
        self.choices = choices
        self.pattern = re.compile(pattern) if pattern else None
        self.code = code

    def read(self, value, name):
        if isinstance(value, bool | int | float):
            value = str(value)
        if not isinstance(value, str):
            raise bad_parameter("Invalid string: {}", name)
        if value == "":
            if self.required:
                raise bad_parameter(
                    f"You passed an empty string for '{name}'.",
                    name,
                    "parameter_invalid_empty",
                )
            return None
        if len(value) > self.most:
            raise bad_parameter(
                f"Invalid string: must be at most {self.most} characters", name
            )
        if self.choices and value not in self.choices:
            raise bad_parameter(
                f"Invalid {name}: must be one of {', '.join(self.choices)}", name
            )
        if self.pattern and not self.pattern.fullmatch(value):
            raise bad_parameter(f"Invalid value for {name}: {value}", name, self.code)
        return value


class Email(Str):
    def read(self, value, name):
        value = super().read(value, name)
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
            raise bad_parameter(
                f"Invalid email address: {value}", name, "email_invalid"
            )
        return value


class Int(Param):
    def __init__(self, least=None, most=None, required=False):
        super().__init__(required)
        self.least = least
        self.most = most

    def read(self, value, name):
        if isinstance(value, str) and not re.fullmatch(r"-?\d{1,19}", value):
            raise bad_parameter(
                f"Invalid integer: {value}", name, "parameter_invalid_integer"
            )
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise bad_parameter(f"Invalid integer: {value}", name) from None
        if self.least is not None and number < self.least:
            raise self._range("greater", self.least, number, name)
        if self.most is not None and number > self.most:
            raise self._range("less", self.most, number, name)
        return number

    @staticmethod
    def _range(word, bound, number, name) -> ApiError:
        return bad_parameter(
            f"This value must be {word} than or equal to {bound} (it currently is "
            f"'{number}').",
            name,
            "parameter_invalid_integer",
        )


class DecimalText(Param):
    """A decimal string, at most ``places`` digits after the point."""

    def __init__(self, least=None, most=None, places=12, required=False):
        super().__init__(required)
        self.least = least
        self.most = most
        self.places = places

    def read(self, value, name):
        text = str(value)
        if value == "" and not self.required:
            return None
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}(\.\d+)?", text):
            raise bad_parameter(f"Invalid decimal: {text}", name)
        number = Decimal(text)
        if -number.as_tuple().exponent > self.places:
            raise bad_parameter(
                f"Invalid decimal: {text}; maximum {self.places} decimal places", name
            )
        if self.least is not None and number < self.least:
            raise bad_parameter(f"Must be at least {self.least}: {text}", name)
        if self.most is not None and number > self.most:
            raise bad_parameter(f"Must be at most {self.most}: {text}", name)
        return number


class Number(DecimalText):
    """A number as JSON carries it."""

    def read(self, value, name):
        number = super().read(value, name)
        return None if number is None else float(number)


class Any(Param):
    """What another resource will check."""

    def read(self, value, name):
        return value


class Bool(Param):
    def read(self, value, name):
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise bad_parameter(f"Invalid boolean: {value}", name)


class Hash(Param):
    """A hash of known fields; empty string clears it to null."""

    def __init__(self, fields: dict[str, Param], required=False):
        super().__init__(required)
        self.fields = fields

    def read(self, value, name):
        if value == "" and not self.required:
            return None
        if not isinstance(value, dict):
            raise bad_parameter(f"Invalid object: {name}", name)
        return read(value, self.fields, name)


class ListOf(Param):
    """A list; an empty string is the empty list."""

    def __init__(self, item: Param, most=None, required=False):
        super().__init__(required)
        self.item = item
        self.most = most

    def read(self, value, name):
        if value == "" and not self.required:
            return []
        if not isinstance(value, list) or (self.required and not value):
            raise bad_parameter("Invalid array", name)
        if self.most and len(value) > self.most:
            raise bad_parameter(f"Array too long: at most {self.most}", name)
        return [
            self.item.read(item, f"{name}[{index}]") for index, item in enumerate(value)
        ]


class Metadata(Param):
    """Up to 50 keys of 40 characters with values of 500; merged, empty unsets."""

    def read(self, value, name):
        if value == "":
            return None
        if not isinstance(value, dict):
            raise bad_parameter("Invalid object: metadata", name)
        result = {}
        for key, item in value.items():
            if len(key) > 40:
                raise bad_parameter("Metadata keys: at most 40 characters", name)
            result[key] = Str(most=500).read(item, f"{name}[{key}]")
        return result

    @staticmethod
    def merge(stored: dict, change: dict | None) -> dict:
        """What is stored after a change (None: cleared).

        :raises ApiError: when more than 50 keys remain
        """
        if change is None:
            return {}
        merged = {**stored, **change}
        merged = {key: value for key, value in merged.items() if value is not None}
        if len(merged) > 50:
            raise bad_parameter("Metadata: at most 50 keys", "metadata")
        return merged


class Range(Param):
    """``created=1`` or ``created[gte]=1&created[lt]=2``: a dict of bounds."""

    def read(self, value, name):
        if not isinstance(value, dict):
            return {"eq": Int().read(value, name)}
        return read(value, {key: Int() for key in ("gt", "gte", "lt", "lte")}, name)

    @staticmethod
    def fits(number: int, bounds: dict | None) -> bool:
        tests = {
            "eq": number.__eq__,
            "gt": number.__gt__,
            "gte": number.__ge__,
            "lt": number.__lt__,
            "lte": number.__le__,
        }
        return all(tests[key](bound) for key, bound in (bounds or {}).items())


class Unsupported(Param):
    """A real parameter that the simulator does not imitate: says so, loudly."""

    def read(self, value, name):
        raise bad_parameter(f"The simulator does not know '{name}' yet.", name)


def read(values: dict, fields: dict[str, Param], prefix: str = "") -> dict:
    """Check and convert a hash of parameters.

    :raises ApiError: 400 naming the parameter
    """
    result = {}
    for key, value in values.items():
        name = f"{prefix}[{key}]" if prefix else key
        if key not in fields:
            raise unknown_parameter(name)
        result[key] = fields[key].read("" if value is None else value, name)
    for key, field in fields.items():
        if field.required and key not in result:
            raise missing_parameter(f"{prefix}[{key}]" if prefix else key)
    return result


def fits(obj: dict, values: dict, *names: str) -> bool:
    """Whether a list call with these values shows the object.

    :param names: parameters that an object must equal if they were passed
    """
    return Range.fits(obj["created"], values.get("created")) and all(
        obj[name] == values[name] for name in names if values.get(name) is not None
    )
