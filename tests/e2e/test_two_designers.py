# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two people save one mapping at the same moment, over real HTTP."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from e2e.people import OdooRefused

MAPPING, LINE = "integration.mapping", "integration.mapping.line"
ROUNDS = 5


class Draft:
    """A draft of the customer mapping, as the form of each person has read it."""

    def __init__(self, people):
        self.people = people
        admin = people["admin"]
        domain = [
            ("entity", "=", "customer"),
            ("direction", "=", "in"),
            ("state", "=", "approved"),
        ]
        found = admin.call(MAPPING, "search", domain, limit=1)
        self.id = admin.press(MAPPING, found[0], "action_new_version")["res_id"]

    def line(self, target: str) -> int:
        domain = [
            ("mapping_id", "=", self.id),
            ("target", "=", target),
            ("parent_id", "=", False),
        ]
        return self.people["admin"].call(LINE, "search", domain)[0]

    def sources(self, *lines) -> list[str]:
        rows = self.people["admin"].call(LINE, "read", list(lines), ["source"])
        return [row["source"] for row in rows]

    def save_together(self, *saves) -> list:
        """Each save: (login, line, source). What each got: None, or the refusal."""
        token = self.people["admin"].read(MAPPING, self.id, "write_token")
        start = Barrier(len(saves))

        def save(login, line, source):
            values = {
                "line_ids": [[1, line, {"source": source}]],
                "write_token": token["write_token"],
            }
            start.wait()
            try:
                self.people[login].call(
                    MAPPING, "web_save", [self.id], values, specification={}
                )
            except OdooRefused as refused:
                return refused
            return None

        with ThreadPoolExecutor(len(saves)) as pool:
            return list(pool.map(lambda one: save(*one), saves))

    def remove(self) -> None:
        admin = self.people["admin"]
        kept = admin.call(MAPPING, "search", [("kept_from_id", "=", self.id)])
        admin.call(MAPPING, "unlink", [*kept, self.id])


@pytest.fixture
def draft(stack):
    draft = Draft(stack.people)
    yield draft
    draft.remove()


def test_one_line_is_won_by_one_and_nothing_is_lost(draft):
    phone = draft.line("phone")
    for number in range(ROUNDS):
        wanted = [f"first{number}", f"second{number}"]
        answers = draft.save_together(
            ("manager", phone, wanted[0]), ("second", phone, wanted[1])
        )
        refused = [answer for answer in answers if answer is not None]
        assert [answer.kind for answer in refused] == [
            "odoo.exceptions.RedirectWarning"
        ]
        won, lost = wanted if answers[0] is None else wanted[::-1]
        assert draft.sources(phone) == [won]
        assert won in str(refused[0]) and lost in str(refused[0])
        assert kept_source(draft) == lost


def kept_source(draft) -> str:
    """What the newest draft that was kept of a refused save reads."""
    admin = draft.people["admin"]
    kept = admin.call(
        MAPPING, "search", [("kept_from_id", "=", draft.id)], order="id desc", limit=1
    )
    domain = [
        ("mapping_id", "=", kept[0]),
        ("target", "=", "phone"),
        ("parent_id", "=", False),
    ]
    return admin.call(LINE, "search_read", domain, ["source"])[0]["source"]


def test_different_lines_are_both_kept(draft):
    email, name = draft.line("email"), draft.line("name")
    for number in range(ROUNDS):
        answers = draft.save_together(
            ("manager", email, f"mail{number}"), ("second", name, f"name{number}")
        )
        assert answers == [None, None]
        assert draft.sources(email, name) == [f"mail{number}", f"name{number}"]
