# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.exposition import Family, number, render

# One line of the format, read back by its own grammar.
SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)", re.DOTALL | re.ASCII)
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)', re.DOTALL)


def family(*samples, name="integration_x", **labels):
    made = Family(name, "What it is.")
    for value in samples:
        made.add(value, **labels)
    return made


def labels_of(line: str) -> dict:
    inside = SAMPLE.fullmatch(line)[2] or ""
    assert "".join(found[0] for found in LABEL.finditer(inside)) == inside
    plain = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    return {
        name: re.sub(r"\\.", lambda found: plain[found[0]], text)
        for name, text in LABEL.findall(inside)
    }


def test_a_metric_says_what_it_is_and_how_much():
    assert render([family(3, state="pending", direction="in")]) == (
        "# HELP integration_x What it is.\n"
        "# TYPE integration_x gauge\n"
        'integration_x{direction="in",state="pending"} 3\n'
    )


def test_without_samples_it_is_still_described():
    assert render([family()]).count("\n") == 2


def test_without_labels():
    assert render([family(1)]).splitlines()[-1] == "integration_x 1"


def test_the_same_labels_add_up_whatever_their_order():
    made = family()
    made.add(1, a="x", b="y")
    made.add(2, b="y", a="x")
    assert made.samples == {(("a", "x"), ("b", "y")): 3}


def test_amounts_keep_their_digits():
    made = family(Decimal("0.10"), Decimal("0.20"), Decimal("1E+3"))
    assert render([made]).splitlines()[-1] == "integration_x 1000.30"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (True, "1"),
        (1.5, "1.5"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
        (float("nan"), "NaN"),
        (Decimal("1E+5"), "100000"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_nothing_is_an_empty_label():
    line = render([family(1, entity=None, kind=False)]).splitlines()[-1]
    assert labels_of(line) == {"entity": "", "kind": ""}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_label_can_be_read_back(text):
    lines = render([family(1, name_of_it=text)]).split("\n")
    assert len(lines) == 4  # the text makes no line of its own
    assert labels_of(lines[2]) == {"name_of_it": text}


def test_a_help_text_stays_on_its_line():
    made = Family("integration_x", "one\ntwo \\ three")
    assert render([made]).splitlines()[0] == (
        "# HELP integration_x one\\ntwo \\\\ three"
    )


@pytest.mark.parametrize("name", ["", "1x", "a-b", "a b", "a\nb"])
def test_names_that_the_format_does_not_allow(name):
    with pytest.raises(ValueError, match="metric name"):
        Family(name, "")


@pytest.mark.parametrize("name", ["__x", "a-b", "1a", "ü"])
def test_labels_that_the_format_does_not_allow(name):
    with pytest.raises(ValueError, match="label name"):
        family(1, **{name: "x"})


def test_kinds_that_the_format_does_not_know():
    with pytest.raises(ValueError, match="kind"):
        Family("integration_x", "", kind="number")


def test_a_metric_twice_would_spoil_the_whole_text():
    with pytest.raises(ValueError, match="twice"):
        render([family(1), family(2)])
