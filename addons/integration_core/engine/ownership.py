# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who decides a value: rules of data owners, applied to one field at a time.

Pure: no database, no clock. Values come as hashes, so that a rule can be judged from
what is kept in ``base`` as well; equal hashes are equal values.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

ODOO = "odoo"
ANY = "*"
# The field that takes a record out of use; its change is the operation "archive".
ACTIVE = "active"

# What becomes of a value that arrives.
TAKE = "take"  # written, as the sender may decide
KEEP = "keep"  # nothing to do: equal, or the sender did not change it
REFUSE = "refuse"  # Odoo keeps its value, the refusal is logged
REVIEW = "review"  # a person decides
ACCEPT = "accept"  # written although the sender may not decide, and logged

ON_CONFLICT = {"reject": REFUSE, "review": REVIEW, "accept": ACCEPT}

_LAST = float("inf")


class Rule(NamedTuple):
    """One row of `integration.ownership`.

    :param field: Odoo field of the entity's record, ``*`` for all
    :param stage: stage of the record's life, ``*`` for all
    :param operation: create, update, archive, ``*`` for all
    :param owner: ``odoo`` or a system
    :param rule: owner, ranking, newest, not_empty
    :param rank: 1 is strongest, for ``ranking``
    :param on_conflict: reject, review, accept
    :param company_id: 0 for all companies
    :param valid_to: naive UTC; None for ever
    :param override: it was made for one record
    """

    id: int
    field: str = ANY
    stage: str = ANY
    operation: str = ANY
    owner: str = ODOO
    rule: str = "owner"
    rank: int = 1
    on_conflict: str = "reject"
    company_id: int = 0
    valid_to: datetime | None = None
    override: bool = False


class Facts(NamedTuple):
    """What is known of one value at the moment of judging.

    :param sender: the system that sends
    :param incoming: hash of what it says
    :param current: hash of what Odoo has
    :param agreed: hash of what both last agreed on, None when they never did
    :param incoming_empty: it says that there is none
    :param current_empty: Odoo has none
    :param holders: systems whose last agreed value is Odoo's present one
    :param sent_at: when the peer changed its object, naive UTC
    :param changed_at: when Odoo itself last changed the field, naive UTC
    """

    sender: str
    incoming: str
    current: str
    agreed: str | None = None
    incoming_empty: bool = False
    current_empty: bool = False
    holders: frozenset = frozenset()
    sent_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def peer_changed(self) -> bool:
        """Whether the sender says something else than it did last."""
        return self.incoming != self.agreed

    @property
    def odoo_changed(self) -> bool:
        """Whether Odoo has something else than what was agreed last."""
        return self.current != self.agreed


def choose(
    rules: Iterable[Rule],
    field: str,
    operation: str,
    stage: str,
    company_id: int,
    now: datetime,
) -> list[Rule]:
    """The rules that speak of a field: of all that fit, the most exact ones.

    An override of one record goes before everything; then a rule of the field before
    one of all fields, of a stage, of an operation, of a company. Several of one
    exactness are the places of a ranking.
    """
    best, found = None, []
    for rule in rules:
        if not (
            rule.field in (ANY, field)
            and (rule.operation in (ANY, operation) or rule.field == field == ACTIVE)
            and rule.stage in (ANY, stage)
            and rule.company_id in (0, company_id)
            and (rule.valid_to is None or rule.valid_to > now)
        ):
            continue
        exact = (
            rule.override,
            rule.field != ANY,
            rule.stage != ANY,
            rule.operation != ANY,
            bool(rule.company_id),
        )
        if best is None or exact > best:
            best, found = exact, [rule]
        elif exact == best:
            found.append(rule)
    return sorted(found, key=lambda r: (r.rank, r.id))


def decide(rules: list[Rule], facts: Facts) -> str:
    """What becomes of a value that a system sends.

    Deciding again with the same facts after the decision was carried out gives
    ``KEEP``: nothing flips back and forth.

    :param rules: answer of :func:`choose`, not empty
    :return: TAKE, KEEP, REFUSE, REVIEW or ACCEPT
    """
    if facts.incoming == facts.current:
        return KEEP
    if _WINS[rules[0].rule](rules, facts):
        return TAKE
    if not facts.peer_changed:
        return KEEP
    return ON_CONFLICT[rules[0].on_conflict]


def may_do(rules: list[Rule], sender: str) -> str:
    """Whether a system may do an operation on a whole record: TAKE, or what follows.

    Values are not compared: the owner may; of a ranking the ones that are named in it;
    by ``newest`` and ``not_empty`` everybody.
    """
    if not rules or rules[0].rule in ("newest", "not_empty"):
        return TAKE
    if sender in {rule.owner for rule in rules}:
        return TAKE
    return ON_CONFLICT[rules[0].on_conflict]


def owner_elsewhere(rules: list[Rule], systems: Iterable[str]) -> str:
    """The system that decides a field instead of Odoo; '' when Odoo may change it.

    :param systems: those that know the record
    """
    if not rules or rules[0].rule not in ("owner", "ranking"):
        return ""
    known = set(systems)
    for rule in rules:  # strongest first
        if rule.owner == ODOO:
            return ""
        if rule.owner in known:
            return rule.owner
    return ""


class Judge:
    """Everything that decides about the fields of one record, gathered beforehand.

    :param rules: rules of the entity and overrides of the record
    :param sender: the system that sends
    :param stage: stage the record is at
    :param company_id: company of the connector
    :param now: naive UTC
    :param sent_at: when the peer changed its object, naive UTC or None
    :param bases: (system, ``base``) of each object linked to the record
    :param changed: field → when Odoo last changed it, naive UTC
    :param written: when the record was last written, for fields not in ``changed``
    :param decisions: (field, hash of the value) → take or keep, said by a person
    :param chosen: what :meth:`rules_for` found before, for records with equal rules
    """

    def __init__(
        self,
        rules,
        sender,
        stage,
        company_id,
        now,
        sent_at=None,
        bases=(),
        changed=None,
        written=None,
        decisions=None,
        chosen=None,
    ):
        self._rules = rules
        self._chosen = {} if chosen is None else chosen
        self._where = (stage, company_id, now)
        self._bases = bases
        self._changed = changed or {}
        self._written = written
        self._decisions = decisions or {}
        self.sender = sender
        self.sent_at = sent_at

    def rules_for(self, field: str) -> list[Rule]:
        """The rules that decide a field; none: nobody made any."""
        key = (field, self._where[0])
        if key not in self._chosen:
            operation = "archive" if field == ACTIVE else "update"
            self._chosen[key] = choose(self._rules, field, operation, *self._where)
        return self._chosen[key]

    def verdict(self, rules, field, key, incoming, current, empty, base):
        """What becomes of a value; a person's word about this very value counts first.

        :param rules: answer of :meth:`rules_for`, not empty
        :param key: name under which ``base`` keeps the value
        :param incoming: hash of what the peer says
        :param current: hash of what Odoo has
        :param empty: (incoming is empty, current is empty)
        :param base: the ``base`` of the sender's own link
        """
        holders = frozenset(
            system
            for system, theirs in self._bases
            if current in (theirs.get(key), theirs.get(f"={key}"))
        )
        # What Odoo made of a value when it was written is the agreed value as well.
        if current == base.get(f"={key}"):
            current = base.get(key, current)
        facts = Facts(
            self.sender,
            incoming,
            current,
            base.get(key),
            *empty,
            holders=holders,
            sent_at=self.sent_at,
            changed_at=self._changed.get(field, self._written),
        )
        found = decide(rules, facts)
        if found == REVIEW:
            found = self._decisions.get((key, incoming), REVIEW)
        return found


# === WHO WINS === #


def _owner_wins(rules: list[Rule], facts: Facts) -> bool:
    return facts.sender == rules[0].owner


def _ranking_wins(rules: list[Rule], facts: Facts) -> bool:
    """The strongest that has a value; what is empty never beats what is filled.

    Who holds the present value is told by ``base``: the systems that agreed to it.
    Nobody did: then it is Odoo's own.
    """
    others = facts.holders - {facts.sender}
    if facts.current_empty:
        return True
    if facts.incoming_empty and (others or facts.sender not in facts.holders):
        return False
    ranks = {rule.owner: rule.rank for rule in reversed(rules)}
    holding = [ranks.get(name, _LAST) for name in facts.holders or {ODOO}]
    mine = ranks.get(facts.sender, _LAST)
    if mine == min(holding) and facts.sender not in facts.holders:
        return facts.peer_changed  # equals: only a real change counts
    return mine <= min(holding)


def _newest_wins(_rules: list[Rule], facts: Facts) -> bool:
    """A change beats what was not changed; of two changes the later one."""
    if not facts.peer_changed:
        return False
    if facts.agreed is not None and not facts.odoo_changed:
        return True
    if facts.changed_at is None:
        return True
    return facts.sent_at is not None and facts.sent_at > facts.changed_at


def _not_empty_wins(rules: list[Rule], facts: Facts) -> bool:
    """What is filled survives; of two filled ones the change, then the owner's."""
    if facts.incoming_empty:
        return False
    if facts.current_empty:
        return True
    if not facts.peer_changed:
        return False
    if facts.agreed is not None and not facts.odoo_changed:
        return True
    return facts.sender == rules[0].owner


_WINS = {
    "owner": _owner_wins,
    "ranking": _ranking_wins,
    "newest": _newest_wins,
    "not_empty": _not_empty_wins,
}
