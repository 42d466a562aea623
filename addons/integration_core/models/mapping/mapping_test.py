# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine import canonical, strict_json
from ...engine.errors import IntegrationError, MappingError, SchemaError
from ...engine.samples import flat, pretty
from .mapping_change import LINES_SAY

#: Stands for the id that the hub adds to every record before it is checked.
SOME_ID = "test"


class Run(NamedTuple):
    """What a mapping makes of one received record.

    :param record: the record in the common format, None where there is none
    :param error: why not, or what the data format objects to
    """

    record: dict | None
    error: IntegrationError | None


class IntegrationMappingTest(models.Model):
    """A record as it is received, and what the mapping must make of it."""

    _name = "integration.mapping.test"
    _description = "Mapping Test"
    _order = "mapping_id, sequence, id"

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="mapping_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True, help="What this test is about.")
    sequence = fields.Integer(default=10)
    sample = fields.Text(
        "Received",
        required=True,
        help="One object as it is received, as JSON, without data of real persons.",
    )
    expectation = fields.Selection(
        [("record", "This result"), ("error", "This problem")],
        required=True,
        default="record",
        string="Expected",
    )
    expected = fields.Text(
        "Expected result", help="The record in the common format, as JSON."
    )
    expected_class = fields.Selection(
        [("mapping", "A line cannot read it"), ("schema", "It breaks the format")],
        string="Expected problem",
    )
    expected_path = fields.Char(
        "At the field", help="Field that the problem must name. Empty: any."
    )
    result = fields.Selection(
        [("passed", "Passes"), ("failed", "Fails")], compute="_compute_result"
    )
    message = fields.Char("What happened", compute="_compute_result")
    result_table = fields.Json("Expected and result", compute="_compute_result")

    @api.constrains("sample", "expectation", "expected", "expected_class")
    def _check_readable(self):
        for test in self:
            test._object("sample")
            if test.expectation == "record":
                test._object("expected")
            elif not test.expected_class:
                raise ValidationError(
                    self.env._(
                        "Say which problem “%(name)s” must meet.", name=test.name
                    )
                )

    def _object(self, name: str) -> dict:
        """A text field as the JSON object it must be.

        :raises ValidationError: it is none
        """
        try:
            found = strict_json.loads((self[name] or "").encode())
        except SchemaError as error:
            raise ValidationError(
                self.env._(
                    "“%(field)s” of the test “%(name)s” is no JSON: %(why)s",
                    field=self._fields[name].string,
                    name=self.name or "",
                    why=error,
                )
            ) from error
        if not isinstance(found, dict):
            raise ValidationError(
                self.env._(
                    "“%(field)s” of the test “%(name)s” must be one object, in braces.",
                    field=self._fields[name].string,
                    name=self.name or "",
                )
            )
        return found

    # === RUN === #

    @api.depends(
        "sample",
        "expectation",
        "expected",
        "expected_class",
        "expected_path",
        *(f"mapping_id.{name}" for name in LINES_SAY),
    )
    def _compute_result(self):
        for mapping, tests in self.grouped("mapping_id").items():
            run = mapping._runner()
            for test in tests:
                try:
                    test._judge(run(test._object("sample")))
                except ValidationError as error:
                    test.result, test.message = "failed", str(error.args[0])
                    test.result_table = False

    def _judge(self, run: Run) -> None:
        """Compare what came out with what was expected."""
        self.ensure_one()
        self.result_table = False
        if self.expectation == "error":
            self._judge_error(run.error)
        elif run.error:
            self.result, self.message = "failed", str(run.error)
        else:
            self._judge_record(run.record)

    def _judge_error(self, error) -> None:
        if error is None:
            self.result = "failed"
            self.message = self.env._("It was read without a problem.")
            return
        fits = error.error_class == self.expected_class and (
            not self.expected_path or error.path == self.expected_path
        )
        self.result = "passed" if fits else "failed"
        self.message = str(error)

    def _judge_record(self, record: dict) -> None:
        expected = self._object("expected")
        same = canonical.dumps(expected) == canonical.dumps(record)
        self.result = "passed" if same else "failed"
        self.result_table = self._side_by_side(expected, record)
        wrong = [r["label"] for r in self.result_table["rows"] if r["status"] != "same"]
        self.message = (
            ""
            if same
            else self.env._(
                "Other than expected: %(fields)s", fields=", ".join(wrong[:5])
            )
        )

    def _side_by_side(self, expected: dict, got: dict) -> dict:
        """Value of the widget ``integration_compare``, field by field."""
        left, right = flat(expected), flat(got)
        return {
            "first": self.env._("Common field"),
            "columns": [
                {"key": "before", "label": self.env._("Expected")},
                {"key": "after", "label": self.env._("Result")},
            ],
            "rows": [
                {
                    "key": path,
                    "label": path,
                    "cells": {
                        "before": _plain(left.get(path)),
                        "after": _plain(right.get(path)),
                    },
                    "status": _status(path, left, right),
                }
                for path in dict.fromkeys([*left, *right])
            ],
        }

    # === ACTION METHODS === #

    def action_accept(self):
        """Take what comes out now as what is expected."""
        for test in self:
            test.check_access("write")
            run = test.mapping_id._runner()(test._object("sample"))
            test.write(test.mapping_id._expectation(run))
            test.mapping_id.message_post(
                body=self.env._(
                    "The test “%(name)s” expects what comes out now.", name=test.name
                )
            )
        return True


class IntegrationMapping(models.Model):
    """Tests of a mapping: they go with every version and run before its approval."""

    _inherit = "integration.mapping"

    test_ids = fields.One2many("integration.mapping.test", "mapping_id", copy=False)
    test_count = fields.Integer(compute="_compute_test_state")
    test_text = fields.Char("Tests", compute="_compute_test_state")
    test_state = fields.Selection(
        [("none", "No tests"), ("passed", "Pass"), ("failed", "Fail")],
        string="Result of the tests",
        compute="_compute_test_state",
        search="_search_test_state",
    )

    @api.depends("test_ids.result")
    def _compute_test_state(self):
        for mapping in self:
            results = mapping.test_ids.mapped("result")
            passed = results.count("passed")
            mapping.test_count = len(results)
            mapping.test_text = f"{passed}/{len(results)}" if results else ""
            mapping.test_state = (
                "none"
                if not results
                else ("passed" if passed == len(results) else "failed")
            )

    def _search_test_state(self, operator, value):
        # Run at once: tests are pure computing, and mappings with tests are few.
        if operator not in ("in", "="):
            return NotImplemented
        wanted = [value] if operator == "=" else list(value)
        everything = self.with_context(active_test=False)
        tested = everything.search([("test_ids", "!=", False)])
        found = tested.filtered(lambda mapping: mapping.test_state in wanted).ids
        domain = Domain("id", "in", found)
        return domain | Domain("test_ids", "=", False) if "none" in wanted else domain

    # === RUN === #

    def _runner(self):
        """A function from a received record (dict) to :class:`Run`.

        The mapping is compiled once; one that cannot run gives its error every time.
        """
        self.ensure_one()
        try:
            compiled = self._compile().mapping
        except MappingError as error:
            failed = Run(None, error)
            return lambda sample: failed

        def run(sample: dict) -> Run:
            try:
                record = compiled.apply(sample)
                self._check_common(record)
            except IntegrationError as error:
                return Run(None, error)
            return Run(record, None)

        return run

    def _check_common(self, record: dict) -> None:
        """:raises engine.errors.SchemaError: an incoming record breaks its format"""
        if self.direction == "in":
            self.env["integration.schema"]._check(
                self.entity, {**record, "external_id": SOME_ID}
            )

    def _expectation(self, run: Run) -> dict:
        """Values of a test that expects just this."""
        if run.error is None:
            return {
                "expectation": "record",
                "expected": pretty(run.record),
                "expected_class": False,
                "expected_path": False,
            }
        return {
            "expectation": "error",
            "expected": False,
            "expected_class": run.error.error_class,
            "expected_path": run.error.path,
        }

    def _keep_as_test(self, name: str, sample: dict):
        """Add a test that expects what comes out of this record now."""
        self.ensure_one()
        values = self._expectation(self._runner()(sample))
        return self.env["integration.mapping.test"].create(
            dict(values, mapping_id=self.id, name=name, sample=pretty(sample))
        )

    def _failing_tests(self):
        self.ensure_one()
        self.test_ids.invalidate_recordset(["result", "message", "result_table"])
        return self.test_ids.filtered(lambda test: test.result == "failed")

    # === ACTION METHODS === #

    def action_run_tests(self):
        """Run all tests and say how many pass; the form shows each of them."""
        self.ensure_one()
        failing = self._failing_tests()
        if not self.test_ids:
            message = self.env._("This mapping has no tests yet.")
        elif failing:
            message = self.env._(
                "%(count)s of %(all)s tests fail: %(names)s",
                count=len(failing),
                all=len(self.test_ids),
                names=", ".join(failing.mapped("name")[:5]),
            )
        else:
            message = self.env._("All %(count)s tests pass.", count=len(self.test_ids))
        return self.env["integration.connector"]._notify(
            message, "danger" if failing else "success"
        )


def _plain(value):
    """A value that the browser can show: numbers keep their digits as text."""
    if value is None or isinstance(value, bool | str):
        return value
    return canonical.dumps(value)


def _status(path: str, left: dict, right: dict) -> str:
    if path not in right:
        return "missing"
    if path not in left:
        return "added"
    same = canonical.dumps(left[path]) == canonical.dumps(right[path])
    return "same" if same else "changed"
