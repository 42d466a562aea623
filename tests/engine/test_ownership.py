# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who decides a value. The last tests play whole exchanges: nothing flips for ever."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ownership
from engine.ownership import ACCEPT, KEEP, REFUSE, REVIEW, TAKE, Facts, Judge, Rule

NOW = datetime(2026, 11, 22, 12)
LATER = NOW + timedelta(hours=1)
RULES = ("owner", "ranking", "newest", "not_empty")


def chosen(*rules, field="phone", operation="update", stage="active", company=1):
    found = ownership.choose(rules, field, operation, stage, company, NOW)
    return [rule.id for rule in found]


def facts(incoming="new", current="old", agreed="old", **kw):
    return Facts("crm", incoming, current, agreed, **kw)


# === CHOOSE === #


def test_nothing_fits():
    assert chosen(Rule(1, field="name"), Rule(2, stage="archived")) == []
    assert chosen(Rule(1, operation="create"), Rule(2, company_id=7)) == []


def test_more_exact_rule_wins_whatever_the_order():
    rules = [
        Rule(1),
        Rule(2, company_id=1),
        Rule(3, operation="update"),
        Rule(4, stage="active"),
        Rule(5, field="phone"),
        Rule(6, override=True, valid_to=LATER),
    ]
    for count in range(1, len(rules) + 1):
        some = rules[:count]
        assert chosen(*some) == chosen(*reversed(some)) == [count]


def test_past_its_date():
    assert chosen(Rule(1), Rule(2, override=True, valid_to=NOW)) == [1]


def test_places_of_a_ranking_in_order():
    rules = [Rule(1, owner="b", rule="ranking", rank=2), Rule(2, rule="ranking")]
    assert chosen(*rules) == [2, 1]


def test_rule_of_the_field_active_is_about_archiving():
    assert chosen(
        Rule(1, field="active", operation="update"), field="active", operation="archive"
    ) == [1]
    assert (
        chosen(Rule(1, operation="update"), field="active", operation="archive") == []
    )


# === DECIDE === #


@pytest.mark.parametrize(
    ("on_conflict", "expected"),
    [("reject", REFUSE), ("review", REVIEW), ("accept", ACCEPT)],
)
@pytest.mark.parametrize("owner", ["odoo", "shop"])
def test_not_the_owner(owner, on_conflict, expected):
    rules = [Rule(1, owner=owner, on_conflict=on_conflict)]
    assert ownership.decide(rules, facts()) == expected
    assert ownership.decide(rules, facts(agreed=None)) == expected
    assert ownership.decide(rules, facts(agreed="new")) == KEEP, "it did not change it"
    assert ownership.decide(rules, facts(incoming="old")) == KEEP


def test_owner_also_puts_back_what_it_did_not_change():
    rules = [Rule(1, owner="crm")]
    assert ownership.decide(rules, facts()) == TAKE
    assert ownership.decide(rules, facts(agreed="new")) == TAKE


def ranking(*owners):
    return [
        Rule(n, owner=owner, rule="ranking", rank=n)
        for n, owner in enumerate(owners, 1)
    ]


@pytest.mark.parametrize(
    ("holders", "incoming_empty", "current_empty", "expected"),
    [
        ({"shop"}, False, False, TAKE),  # the weaker one holds it
        ({"erp"}, False, False, REFUSE),  # the stronger one does
        ({"erp", "crm"}, False, False, REFUSE),  # both do
        ({"crm"}, False, False, TAKE),  # its own value
        ({"crm"}, True, False, TAKE),  # its own value, cleared
        ({"shop"}, True, False, REFUSE),  # what is empty beats nothing
        ({"erp"}, False, True, TAKE),  # there is no value yet
        (set(), False, False, TAKE),  # Odoo's own, and Odoo is not ranked
    ],
)
def test_ranking(holders, incoming_empty, current_empty, expected):
    found = ownership.decide(
        ranking("erp", "crm", "shop"),
        facts(
            holders=frozenset(holders),
            incoming_empty=incoming_empty,
            current_empty=current_empty,
        ),
    )
    assert found == expected


def test_ranking_with_odoo_before():
    assert ownership.decide(ranking("odoo", "crm"), facts()) == REFUSE
    assert ownership.decide(ranking("crm", "odoo"), facts()) == TAKE


@pytest.mark.parametrize(
    ("agreed", "changed_at", "sent_at", "expected"),
    [
        ("old", LATER, NOW, TAKE),  # only the peer changed
        ("new", NOW, LATER, KEEP),  # only Odoo changed
        ("other", NOW, LATER, TAKE),  # both, the peer later
        ("other", LATER, NOW, REFUSE),  # both, Odoo later
        ("other", NOW, NOW, REFUSE),  # at once: what is there stays
        ("other", LATER, None, REFUSE),
        (None, None, None, TAKE),  # nothing is known
    ],
)
def test_newest(agreed, changed_at, sent_at, expected):
    found = ownership.decide(
        [Rule(1, rule="newest")],
        facts(agreed=agreed, changed_at=changed_at, sent_at=sent_at),
    )
    assert found == expected


@pytest.mark.parametrize(
    ("agreed", "empty", "owner", "expected"),
    [
        ("old", (True, False), "crm", REFUSE),
        ("old", (False, True), "odoo", TAKE),
        ("old", (False, False), "odoo", TAKE),  # only the peer changed
        ("new", (False, False), "crm", KEEP),  # only Odoo changed
        ("other", (False, False), "odoo", REFUSE),  # both: the owner decides
        ("other", (False, False), "crm", TAKE),
    ],
)
def test_not_empty(agreed, empty, owner, expected):
    found = ownership.decide(
        [Rule(1, owner=owner, rule="not_empty")],
        facts(agreed=agreed, incoming_empty=empty[0], current_empty=empty[1]),
    )
    assert found == expected


# === WHOLE RECORDS, PEOPLE === #


def test_may_do():
    assert ownership.may_do([], "crm") == TAKE
    assert ownership.may_do([Rule(1)], "crm") == REFUSE
    assert ownership.may_do([Rule(1, on_conflict="review")], "crm") == REVIEW
    assert ownership.may_do([Rule(1, owner="crm")], "crm") == TAKE
    assert ownership.may_do(ranking("odoo", "crm"), "crm") == TAKE
    assert ownership.may_do(ranking("odoo", "crm"), "shop") == REFUSE
    assert ownership.may_do([Rule(1, rule="newest")], "crm") == TAKE


def test_owner_elsewhere():
    assert ownership.owner_elsewhere([], {"crm"}) == ""
    assert ownership.owner_elsewhere([Rule(1)], {"crm"}) == ""
    assert ownership.owner_elsewhere([Rule(1, owner="crm")], {"crm"}) == "crm"
    assert ownership.owner_elsewhere([Rule(1, owner="crm")], {"shop"}) == ""
    assert ownership.owner_elsewhere([Rule(1, rule="newest")], {"crm"}) == ""
    assert ownership.owner_elsewhere(ranking("crm", "odoo"), {"crm"}) == "crm"
    assert ownership.owner_elsewhere(ranking("odoo", "crm"), {"crm"}) == ""


# === JUDGE === #


def judge(*rules, **kw):
    return Judge(rules, "crm", "active", 1, NOW, **kw)


def ask(one, base, incoming="new", current="old", empty=(False, False)):
    return one.verdict(
        one.rules_for("phone"), "phone", "phone", incoming, current, empty, base
    )


def test_what_odoo_made_of_the_value_is_agreed_as_well():
    one = judge(Rule(1, owner="crm"))
    base = {"phone": "new", "=phone": "made of new"}
    assert ask(one, base, current="made of new") == KEEP
    assert ask(one, base, current="drifted") == TAKE


def test_word_of_a_person_counts_for_that_value_only():
    rule = Rule(1, on_conflict="review")
    one = judge(rule, decisions={("phone", "new"): TAKE, ("phone", "bad"): KEEP})
    assert ask(one, {}) == TAKE
    assert ask(one, {}, incoming="bad") == KEEP
    assert ask(one, {}, incoming="third") == REVIEW


# === WHOLE EXCHANGES === #

SYSTEMS = ("crm", "shop", "erp")
owners = st.sampled_from(("odoo", *SYSTEMS))


@st.composite
def rule_sets(draw):
    kind = draw(st.sampled_from(RULES))
    conflict = draw(st.sampled_from(("reject", "accept")))
    if kind != "ranking":
        return [Rule(1, owner=draw(owners), rule=kind, on_conflict=conflict)]
    order = draw(st.permutations(("odoo", *SYSTEMS)))
    count = draw(st.integers(1, 4))
    return [r._replace(on_conflict=conflict) for r in ranking(*order[:count])]


class World:
    """One field in Odoo and in three systems, judged as the entity does."""

    def __init__(self, rules):
        self.rules = rules
        self.odoo, self.changed_at = "", 0
        self.bases = {name: {} for name in SYSTEMS}
        self.said = {name: ("", 0) for name in SYSTEMS}
        self.clock = 0

    def odoo_changes(self, value):
        self.clock += 1
        if value != self.odoo:
            self.odoo, self.changed_at = value, self.clock

    def peer_changes(self, name, value):
        self.clock += 1
        if value != self.said[name][0]:
            self.said[name] = (value, self.clock)

    def message(self, name):
        """The peer says what it has; returns the verdict."""
        value, at = self.said[name]
        one = Judge(
            self.rules,
            name,
            "active",
            1,
            NOW,
            sent_at=NOW + timedelta(seconds=at),
            bases=list(self.bases.items()),
            changed={"f": NOW + timedelta(seconds=self.changed_at)},
        )
        before, base = self.odoo, self.bases[name]
        found = one.verdict(
            one.rules_for("f"), "f", "f", value, before, (not value, not before), base
        )
        if found in (TAKE, ACCEPT):
            self.odoo, self.changed_at = value, at
        base["f"] = value
        return found


steps = st.lists(
    st.tuples(
        st.sampled_from(("odoo", *SYSTEMS)),
        st.sampled_from(("", "a", "b", "c")),
        st.booleans(),
    ),
    max_size=12,
)


def play(world, moves):
    for who, value, send in moves:
        if who == "odoo":
            world.odoo_changes(value)
        else:
            world.peer_changes(who, value)
            if send:
                world.message(who)


@given(rule_sets(), steps)
def test_nothing_flips_for_ever(rules, moves):
    """All systems repeat what they have: after two rounds nothing changes any more."""
    world = World(rules)
    play(world, moves)
    for _round in range(2):
        for name in SYSTEMS:
            world.message(name)
    settled = world.odoo
    for name in SYSTEMS:
        assert world.message(name) in (KEEP, REFUSE)
        assert world.odoo == settled


@given(rule_sets(), steps)
def test_same_message_again_does_nothing(rules, moves):
    world = World(rules)
    play(world, moves)
    for name in SYSTEMS:
        world.message(name)
        after = world.odoo
        assert world.message(name) == KEEP
        assert world.odoo == after


@given(steps, owners, st.sampled_from(("reject", "review")))
def test_only_the_owner_changes_odoo(moves, owner, conflict):
    world = World([Rule(1, owner=owner, on_conflict=conflict)])
    for who, value, _send in moves:
        if who == "odoo":
            world.odoo_changes(value)
            continue
        world.peer_changes(who, value)
        before = world.odoo
        found = world.message(who)
        if who == owner:
            assert world.odoo == value
        else:
            assert world.odoo == before
            assert found in (KEEP, REFUSE, REVIEW)


@given(rule_sets(), steps)
def test_a_change_that_does_not_count_is_never_silent(rules, moves):
    """What a peer changed is taken, or said to be refused: no third way."""
    world = World(rules)
    play(world, moves)
    for name in SYSTEMS:
        value = world.said[name][0]
        news = value != world.bases[name].get("f") and value != world.odoo
        found = world.message(name)
        assert not news or found != KEEP
