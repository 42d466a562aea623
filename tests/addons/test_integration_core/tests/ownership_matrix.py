# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Every field × every non-owner × every answer: no value changes in silence."""

from contextlib import contextmanager

from odoo.addons.integration_core.messages import Item, Source

from .common import SYSTEM

ANSWERS = ("reject", "review", "accept")


class OwnershipMatrix:
    """Mixed into a test case; says which entity, and two records of it that differ."""

    # Odoo runs only the tests that a class defines itself, unless it says so.
    allow_inherited_tests_method = True

    entity = ""
    before: dict = {}
    after: dict = {}
    # Odoo fields that the two records differ in, through the real path.
    fields_sent: tuple = ()

    def _record(self):
        return self.env[self._model()._record_model].browse(
            self._link("matrix", entity=self.entity).res_id
        )

    def _model(self):
        return self.env["integration.entity"]._for(self.entity)

    def _values(self, record):
        record.invalidate_recordset()
        return {name: self._model()._now(record, name) for name in self.fields_sent}

    def _non_owners(self):
        """Rules under which the demo system does not decide, by what they are."""
        choices = dict(self.env["integration.ownership"]._select_owner())
        other = [name for name in choices if name not in ("odoo", SYSTEM)]
        yield "odoo owns", [{"owner": "odoo"}]
        for name in other[:1]:
            yield "another system owns", [{"owner": name}]
        yield (
            "odoo ranks first",
            [
                {"owner": "odoo", "rule": "ranking", "rank": 1},
                {"owner": SYSTEM, "rule": "ranking", "rank": 2},
            ],
        )

    @contextmanager
    def _cell(self, field, rules, answer):
        """One cell of the matrix, undone afterwards."""
        savepoint = self.env.cr.savepoint()
        operation = "archive" if field == "active" else "update"
        self.env["integration.ownership"].create(
            [
                {
                    "entity": self.entity,
                    "field": field,
                    "operation": operation,
                    "on_conflict": answer,
                    **rule,
                }
                for rule in rules
            ]
        )
        if any(rule.get("rule") == "ranking" for rule in rules):
            self._make_it_odoos(field)
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def _make_it_odoos(self, field):
        """The value is one that the sender never agreed to: Odoo's own.

        Its own value a system may change under a ranking, whoever is stronger.
        """
        link = self._link("matrix", entity=self.entity)
        kept = {k: v for k, v in link.base.items() if field not in ("*", k)}
        link.base = kept
        self.env.flush_all()

    def test_matrix_on_the_real_path(self):
        """One field is not the sender's; the message changes every field."""
        self._feed("matrix", self.before, 100, entity=self.entity)
        record = self._record()
        old = self._values(record)
        wanted = None
        cells = 0
        for field in ("", *self.fields_sent):
            for who, rules in self._non_owners() if field else [("nobody", [])]:
                for answer in ANSWERS if field else ("none",):
                    with self.subTest(field=field, who=who, answer=answer):
                        with self._cell(field, rules, answer):
                            event = self._feed(
                                "matrix", self.after, 200, entity=self.entity
                            )
                            new = self._values(record)
                            if not field:
                                wanted = new
                                for name in self.fields_sent:
                                    self.assertNotEqual(old[name], new[name], name)
                            else:
                                self._check_cell(event, field, answer, old, new, wanted)
                        cells += 1
        self.assertGreater(cells, 6 * len(self.fields_sent))

    def _check_cell(self, event, field, answer, old, new, wanted):
        logs = self._logs(event)
        if answer == "reject":
            self.assertEqual(new, {**wanted, field: old[field]})
            refusal = logs.filtered(lambda log: log.error_class == "ownership")
            self.assertEqual(list(refusal.diff), [field])
            self.assertEqual(refusal.operation, "refuse")
        elif answer == "review":
            self.assertEqual(new, old)
            self.assertEqual((event.state, event.error_class), ("review", "ownership"))
        else:
            self.assertEqual(new, wanted)
            self.assertIn("belongs to", " ".join(logs.mapped("message")))

    def test_matrix_of_all_fields_a_rule_may_name(self):
        """Judged alone, custom fields as well: taken, refused, or asked about."""
        self._feed("matrix", self.before, 100, entity=self.entity)
        names = self._model()._rule_fields()
        self.assertGreater(len(names), len(self.fields_sent))
        for who, rules in self._non_owners():
            for answer in ANSWERS:
                with self.subTest(who=who, answer=answer):
                    with self._cell("*", rules, answer):
                        for name in names:
                            if name != "active":
                                self._judge_alone(name, answer, len(rules) > 1)

    def _judge_alone(self, name, answer, ranked):
        links = self.env["integration.external.id"]._find(
            self.connector, self.entity, ["matrix"]
        )
        link = links["matrix", ""]
        entity = self.connector._work_env()[self._model()._name]
        item = Item(0, "", self.entity, "matrix", link=link, res_id=link.res_id)
        item.source = Source({})
        records = entity._records([item])
        current = entity._now(records[item.res_id], name)
        item.vals = {name: _other(entity, name, current)}
        entity._judge(self.connector, [item], records)
        changes = entity._changes(item, records[item.res_id])
        if ranked and entity._is_empty(name, current):
            self.assertIn(name, changes, "a ranking fills what is empty")
            return
        self.assertEqual(name in changes, answer == "accept", name)
        self.assertEqual(name in item.refused, answer == "reject", name)
        self.assertEqual(name in item.conflicts, answer == "review", name)


def _other(entity, name, current):
    """Another value than the present one, of the field's type."""
    field = entity.env[entity._record_model]._fields[name]
    if field.type == "boolean":
        return not current
    if field.type in ("integer", "float", "monetary"):
        return (current or 0) + 1
    if field.type == "many2one":
        return (
            entity.env[field.comodel_name].search([("id", "!=", current)], limit=1).id
        )
    if field.type == "date":
        return "2031-02-03"
    if field.type == "datetime":
        return "2031-02-03 04:05:06"
    return "another"
