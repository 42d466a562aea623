# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

import pytest

from engine import trace

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


def test_new_ids_are_new_and_of_the_right_form():
    ids = {trace.new_trace_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)


@pytest.mark.parametrize(
    "header", [f"00-{ID}-{SPAN}-01", f" 00-{ID}-{SPAN}-00 ", f"01-{ID}-{SPAN}-01-more"]
)
def test_the_id_of_a_valid_header_is_kept(header):
    assert trace.trace_id_of(header) == ID


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "x",
        ID,
        f"ff-{ID}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{ID}-{'0' * 16}-01",
        f"00-{ID.upper()}-{SPAN}-01",
        f"00-{ID}-{SPAN}-01-more",
        f"00-{ID}-{SPAN}",
        f"00-{ID}-{SPAN}-01\n00-{ID}-{SPAN}-01",
    ],
)
def test_anything_else_gets_a_new_id(header):
    result = trace.trace_id_of(header)
    assert re.fullmatch("[0-9a-f]{32}", result)
    assert result not in (ID, "0" * 32)
