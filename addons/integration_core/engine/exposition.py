# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The text that Prometheus reads, exposition format 0.0.4.

Source: Prometheus documentation, *Exposition formats, text-based format*. Every figure
of the hub comes from the database at the moment it is asked for, so nothing of a client
library is needed but these few lines: it would count in each process for itself.
"""

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
KINDS = ("gauge", "counter", "untyped")


@dataclass
class Family:
    """One metric with all its samples.

    :param name: metric name; names of the hub begin with ``integration_``
    :param text: what it says, one line
    :param kind: gauge (default), counter or untyped
    """

    name: str
    text: str
    kind: str = "gauge"
    samples: dict = field(default_factory=dict)

    def __post_init__(self):
        if not METRIC_NAME.fullmatch(self.name):
            raise ValueError(f"not a metric name: {self.name!r}")
        if self.kind not in KINDS:
            raise ValueError(f"not a kind of metric: {self.kind!r}")

    def add(self, value, /, **labels) -> None:
        """Add to the sample with these labels; one that is not there begins at 0.

        :param value: int, float or Decimal; True and False are 1 and 0
        :param labels: text, or what becomes text; None and False become empty
        :raises ValueError: a label name that the format does not allow
        """
        for name in labels:
            if not LABEL_NAME.fullmatch(name):
                raise ValueError(f"not a label name: {name!r}")
        key = tuple(
            (name, "" if text is None or text is False else str(text))
            for name, text in sorted(labels.items())
        )
        if isinstance(value, Decimal):
            self.samples[key] = Decimal(self.samples.get(key, 0)) + value
        else:
            self.samples[key] = self.samples.get(key, 0) + value


def render(families: list[Family]) -> str:
    """The families as text; one without samples still says what it is.

    :raises ValueError: the same metric twice, which a reader refuses as a whole
    """
    lines, seen = [], set()
    for family in families:
        if family.name in seen:
            raise ValueError(f"metric twice: {family.name}")
        seen.add(family.name)
        lines.append(f"# HELP {family.name} {_escape(family.text)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        lines += [
            f"{family.name}{_labels(labels)} {number(value)}"
            for labels, value in sorted(family.samples.items())
        ]
    return "\n".join(lines) + "\n"


def number(value) -> str:
    """A value as the format writes it; a Decimal keeps its digits."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "+Inf" if value > 0 else "-Inf"
        return repr(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _labels(labels: tuple) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escape(text, quote=True)}"' for name, text in labels)
    return "{" + ",".join(pairs) + "}"


def _escape(text: str, quote: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quote else text
