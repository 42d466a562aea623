# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Field mappings: lines of data, compiled once, that turn one document into another.

A mapping is what customers change, so everything that can be refused is refused when
it is compiled, in words that name the target field.
"""

import copy
import re
from dataclasses import dataclass

from .canonical import dumps
from .errors import MappingError
from .expressions import compile_condition, compile_expression
from .transforms import BOOLEAN_TRANSFORMS, TRANSFORMS, shown

__all__ = [
    "CompiledMapping",
    "Line",
    "ValueMap",
    "build_value_map",
    "compile_condition",
    "compile_mapping",
]

KINDS = ("value", "list", "reference", "constant")
_TARGET = re.compile(r"[^\s.\[\]]+(\.[^\s.\[\]]+)*\Z")
_ROOT = "root."
_SCALARS = (str, int)

#: A line that has nothing to say: its target is left out.
_OMIT = object()


@dataclass(frozen=True)
class Line:
    """One line of a mapping.

    :param kind: value, list, reference or constant
    :param target: dotted path in the result, e.g. ``address.city``
    :param source: JMESPath in the document; in a child of a list line, in the element
        (``root.`` reaches the top document)
    :param transform: name in ``transforms.TRANSFORMS``, applied before the value map
    :param value_map: name of a value map
    :param entity: canonical entity that a reference points to
    :param default: used where the source gives nothing, if ``has_default``; the value
        of a constant
    :param required: nothing there is an error
    :param children: lines run once per element of a list line
    :param id: the line's own id, named in the details of errors
    """

    kind: str
    target: str
    source: str = ""
    transform: str = ""
    value_map: str = ""
    entity: str = ""
    default: object = None
    has_default: bool = False
    required: bool = False
    children: tuple = ()
    id: int = 0


def _key(value):
    """Text under which a value stands in a value map (its lines hold text)."""
    return value if isinstance(value, str) else dumps(value)


@dataclass(frozen=True)
class ValueMap:
    """A code list in one direction.

    :param to_canonical: dict from the incoming value, as text, to its translation
    :param fallback: translation of everything else; None refuses it
    """

    name: str
    to_canonical: dict
    fallback: object = None

    def translate(self, value):
        """Translation of ``value``.

        :raises MappingError: not in the list and no fallback; ``details`` names the
            map and the value
        """
        found = self.to_canonical.get(_key(value), self.fallback)
        if found is None:
            raise MappingError(
                f"the value map “{self.name}” does not know {shown(value)}",
                hint="Add the value to the value map, then retry.",
                details={"value_map": self.name, "value": value},
            )
        return found


def build_value_map(name, pairs, direction, fallback=None):
    """Value map for one direction.

    :param pairs: iterable of (external value, canonical value)
    :param direction: ``in`` (external to canonical) or ``out``
    :raises MappingError: one value would have two translations
    """
    if direction not in ("in", "out"):
        raise ValueError(f"unknown direction: {direction}")
    result = {}
    for external, canonical in pairs:
        source, target = (
            (external, canonical) if direction == "in" else (canonical, external)
        )
        key = _key(source)
        if result.setdefault(key, target) != target:
            raise MappingError(
                f"the value map “{name}” is ambiguous: {shown(key)} stands for "
                f"{shown(result[key])} and for {shown(target)}",
                details={"value_map": name, "value": source},
            )
    return ValueMap(name, result, fallback)


def _compile_error(line, message, hint=""):
    return MappingError(message, path=line.target, hint=hint, details={"line": line.id})


class _Step:
    """One compiled line."""

    __slots__ = (
        "line",
        "keys",
        "select",
        "first_key",
        "from_root",
        "transform",
        "none_counts",
        "translate",
        "children",
        "run",
    )

    def __init__(self, line, value_maps):
        self.line = line
        _check_line(line)
        self.keys = line.target.split(".")
        self._compile_source(line)
        self.transform = TRANSFORMS[line.transform] if line.transform else None
        self.none_counts = line.transform in BOOLEAN_TRANSFORMS
        if line.value_map and line.value_map not in value_maps:
            raise _compile_error(line, f"there is no value map “{line.value_map}”")
        value_map = value_maps.get(line.value_map) if line.value_map else None
        self.translate = value_map.translate if value_map else None
        self.children = _compile_steps(line.children, value_maps)
        self.run = getattr(self, f"_run_{line.kind}")

    def _compile_source(self, line):
        source = line.source.strip()
        self.from_root = source.startswith(_ROOT)
        if self.from_root:
            source = source[len(_ROOT) :]
        self.select, self.first_key = None, None
        if line.kind != "constant":
            self.select, self.first_key = compile_expression(source, line.target)

    def _is_present(self, source):
        return isinstance(source, dict) and self.first_key in source

    def _nothing(self, source):
        """Default, canonical null or nothing at all, as the presence rule says."""
        line = self.line
        if line.has_default:
            return _fresh(line.default)
        if line.required:
            raise MappingError(
                f"{line.target} is required but the message has no {line.source}"
            )
        return None if self._is_present(source) else _OMIT

    def _convert(self, value):
        if self.transform and (value is not None or self.none_counts):
            value = self.transform(value)
        if self.translate and value is not None:
            value = self.translate(value)
        return value

    def _run_value(self, source, root):
        if self.from_root:
            source = root
        value = self.select(source)
        if value is not None:
            value = self._convert(value)
        elif (
            self.none_counts
            and not self.line.has_default
            and not self.line.required
            and self._is_present(source)
        ):
            # A yes-or-no transform reads an explicit null as "no".
            return self._convert(None)
        return self._nothing(source) if value is None else value

    def _run_constant(self, _source, _root):
        return _fresh(self.line.default)

    def _run_reference(self, source, root):
        value = self._run_value(source, root)
        if value is _OMIT or value is None:
            return value
        if isinstance(value, bool) or not isinstance(value, _SCALARS):
            raise MappingError(f"{shown(value)} is not the id of another record")
        external_id = str(value)
        if not external_id:
            return self._nothing(root if self.from_root else source)
        return {"entity": self.line.entity, "external_id": external_id}

    def _run_list(self, source, root):
        if self.from_root:
            source = root
        elements = self.select(source)
        if elements is None:
            return self._nothing(source)
        if not isinstance(elements, list):
            raise MappingError(f"{self.line.source} is not a list in the message")
        elements = [element for element in elements if element is not None]
        if not elements and not self._is_present(source):
            # `[address]` gives one null where the message says nothing of an address.
            return self._nothing(source)
        return [
            self._run_element(index, element, root)
            for index, element in enumerate(elements)
        ]

    def _run_element(self, index, element, root):
        try:
            if not self.children:
                return self._convert(element)
            return _run_steps(self.children, element, root)
        except MappingError as error:
            inner = f".{error.path}" if error.path else ""
            error.path = f"{self.line.target}[{index}]{inner}"
            raise


def _fresh(value):
    """A default of its own for each document, so that nobody changes another's."""
    return copy.deepcopy(value) if isinstance(value, dict | list) else value


def _check_line(line):
    if line.kind not in KINDS:
        raise _compile_error(line, f"a line cannot be of kind “{line.kind}”")
    if not _TARGET.match(line.target or ""):
        raise _compile_error(line, f"“{line.target}” is not a target field")
    if line.kind != "constant" and not line.source.strip():
        raise _compile_error(line, f"{line.target} has no source")
    if line.transform and line.transform not in TRANSFORMS:
        raise _compile_error(line, f"there is no transform “{line.transform}”")
    if line.children and line.kind != "list":
        raise _compile_error(line, "only a list line has lines of its own")
    if line.kind == "reference" and not line.entity:
        raise _compile_error(line, f"{line.target} does not say what it refers to")


def _compile_steps(lines, value_maps):
    taken = {}
    steps = []
    for line in lines:
        steps.append(_Step(line, value_maps))
        _check_target(line, taken)
    return tuple(steps)


def _check_target(line, taken):
    """Two lines must not fill the same place; only list lines may add to one."""
    for target, kind in taken.items():
        if target == line.target and kind == line.kind == "list":
            continue
        # Equal, or one lies within the other.
        if f"{line.target}.".startswith(f"{target}.") or f"{target}.".startswith(
            f"{line.target}."
        ):
            raise _compile_error(
                line,
                f"{line.target} is filled by two lines",
                hint="Use one line; a source can say `first || second`.",
            )
    taken[line.target] = line.kind


def _put(result, keys, value):
    for key in keys[:-1]:
        result = result.setdefault(key, {})
    last = keys[-1]
    if isinstance(value, list) and isinstance(result.get(last), list):
        result[last].extend(value)
    elif value is not None or result.get(last) is None:
        result[last] = value


def _run_steps(steps, source, root):
    result = {}
    for step in steps:
        try:
            value = step.run(source, root)
        except MappingError as error:
            error.path = error.path or step.line.target
            error.details.setdefault("line", step.line.id)
            error.details.setdefault("source", step.line.source)
            raise
        if value is not _OMIT:
            _put(result, step.keys, value)
    return result


class CompiledMapping:
    """A mapping ready to run; holds no state, so it may be shared by threads."""

    def __init__(self, steps):
        self._steps = steps

    def apply(self, source):
        """Translate one document.

        :param source: dict, left unchanged
        :returns: dict
        :raises MappingError: ``path`` is the target (``addresses[1].country``),
            ``details`` has ``line`` and ``source``
        """
        if not isinstance(source, dict):
            raise MappingError("the message is not an object")
        return _run_steps(self._steps, source, source)


def compile_mapping(lines, value_maps):
    """Check and compile the lines of a mapping.

    :param lines: iterable of :class:`Line`
    :param value_maps: dict name -> :class:`ValueMap`
    :raises MappingError: naming the target of the line that cannot work
    """
    return CompiledMapping(_compile_steps(tuple(lines), value_maps))
