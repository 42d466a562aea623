# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import canonical, schema_changes, schema_place, strict_json
from ...engine import schema as engine_schema
from ...engine.samples import flat, unnumbered
from .mapping_test import SOME_ID

#: How long the version before is still accepted.
GRACE = timedelta(days=90)


class IntegrationSchema(models.Model):
    """A new version of a data format is compared, and put into use by two persons.

    What it takes away from those who rely on the version before, a breaking change,
    blocks it as long as a flow is hit: one whose mapping fills what goes, does not
    fill what is needed now, or fills what is narrower now and has no test that shows
    that its records fit.
    """

    _inherit = "integration.schema"

    compare_table = fields.Json("Compared", compute="_compute_compare_table")
    breaking_count = fields.Integer(compute="_compute_compare_table")
    hit_flow_ids = fields.Many2many(
        "integration.flow", compute="_compute_compare_table", string="Flows hit"
    )
    hit_text = fields.Text(
        "What must be mended first", compute="_compute_compare_table"
    )
    may_submit = fields.Boolean(compute="_compute_may_decide")
    may_approve = fields.Boolean(compute="_compute_may_decide")
    may_withdraw = fields.Boolean(compute="_compute_may_decide")
    waits_for_approval = fields.Boolean(compute="_compute_may_decide")
    may_end = fields.Boolean(compute="_compute_may_decide")

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_decide(self):
        designs = self._may_design()
        manager = self.env.user.has_group("integration_core.group_manager")
        for schema in self:
            request = self.env["integration.approval"]._open_for(schema, "publish")
            schema.waits_for_approval = bool(request)
            schema.may_approve = request.may_decide
            schema.may_withdraw = bool(request) and designs
            schema.may_submit = designs and schema.state == "draft" and not request
            schema.may_end = manager and schema.state == "sunset"

    def _may_design(self) -> bool:
        return any(
            self.env.user.has_group(f"integration_core.group_{role}")
            for role in ("designer", "manager")
        )

    @api.depends("entity", "version", "module", "state")
    def _compute_compare_table(self):
        for schema in self:
            before = schema._before()
            breaks = schema._breaks(before)
            hits = schema._hits(breaks)
            schema.breaking_count = len(breaks)
            schema.hit_flow_ids = self.env["integration.flow"].browse(
                flow.id for flow, _found in hits
            )
            schema.hit_text = "\n".join(schema._hit_sentences(hits))
            schema.compare_table = schema._table_of_changes(before, breaks, hits)

    # === WHAT CHANGES === #

    def _before(self):
        """The version this one is compared with: a draft with the one in use, another
        one with its predecessor."""
        self.ensure_one()
        if not (self.entity and self.module):
            return self.browse()  # a form that is being filled in
        others = self.sudo().search(
            [("entity", "=", self.entity), ("id", "!=", self._origin.id)],
            order="version desc",
        )
        live = others.filtered(lambda other: other.state == "live")
        if self.state == "draft":
            return live[:1]
        return others.filtered(lambda other: other.version < self.version)[:1]

    def _breaks(self, before) -> list[schema_changes.Break]:
        """What this version takes away from those who rely on the one before."""
        if not before:
            return []
        return schema_changes.breaks(before._document(), self._document())

    def _hits(self, breaks) -> list[tuple]:
        """Flows that a breaking change hits: list of (flow, its breaks).

        Only of a draft: what is in use is used.
        """
        if self.state != "draft" or not breaks:
            return []
        # sudo: flows of other companies are hit too, and they are only named.
        flows = (
            self.env["integration.flow"]
            .sudo()
            .search([("entity", "=", self.entity), ("mapping_id", "!=", False)])
            .filtered(lambda flow: flow.connector_id.state != "retired")
        )
        found = [(flow, self._breaks_for(flow.mapping_id, breaks)) for flow in flows]
        return [(flow, hit) for flow, hit in found if hit]

    def _breaks_for(self, mapping, breaks) -> list:
        """Those of the breaking changes that a mapping does not live with."""
        if mapping.direction == "out":
            read = {line.source.split(".")[0] for line in mapping.top_line_ids}
            return [b for b in breaks if b.kind == "removed" and b.path in read]
        filled = {line._path(): line.kind for line in mapping.line_ids}
        shown = self._shown_by_tests(mapping)
        return [b for b in breaks if self._is_hit(b, filled, shown)]

    def _is_hit(self, change, filled: dict, shown: set) -> bool:
        path = unnumbered(change.path)
        # A line that copies a whole group fills whatever it holds.
        copied = any(
            path.startswith(f"{place}.") and kind != "list"
            for place, kind in filled.items()
        )
        fills = path in filled or any(p.startswith(f"{path}.") for p in filled)
        if change.kind == "required":
            parent = path.rpartition(".")[0]
            concerned = not parent or parent in filled or copied
            return concerned and not fills and path not in shown
        if not path:
            return not shown
        if change.kind == "removed":
            return fills or (copied and not shown)
        return (fills or copied) and path not in shown

    def _shown_by_tests(self, mapping) -> set:
        """Places that tests of the mapping fill with records that all fit; nothing
        where one of them does not fit."""
        validator = engine_schema.compile_schema(self._document())
        places = set()
        for test in mapping.test_ids.filtered(lambda t: t.expectation == "record"):
            record = strict_json.loads((test.expected or "{}").encode())
            if validator.errors({**record, "external_id": SOME_ID}):
                return set()
            for place in flat(record):
                place = unnumbered(place)
                while place:
                    places.add(place)
                    place = place.rpartition(".")[0]
        return places

    # === WORDS === #

    def _hit_sentences(self, hits) -> list[str]:
        return [
            self.env._(
                "%(flow)s (%(mapping)s): %(changes)s",
                flow=flow.display_name,
                mapping=flow.mapping_id.display_name,
                changes="; ".join(str(change) for change in found),
            )
            for flow, found in hits
        ]

    def _table_of_changes(self, before, breaks, hits) -> dict:
        """Value of the widget ``integration_compare``: breaking changes first."""
        rows = [
            {
                "key": f"{number}",
                "label": change.path or self.env._("The record"),
                "cells": {
                    "what": change.sentence,
                    "flows": ", ".join(
                        flow.display_name for flow, found in hits if change in found
                    ),
                },
                "status": "problem",
            }
            for number, change in enumerate(breaks)
        ]
        rows += [
            {
                "key": f"new:{path}",
                "label": path,
                "cells": {"what": self.env._("is new"), "flows": ""},
                "status": "added",
            }
            for path in self._new_paths(before)
        ]
        return {
            "first": self.env._("Field"),
            "columns": [
                {"key": "what", "label": self.env._("What changes")},
                {"key": "flows", "label": self.env._("Flows hit")},
            ],
            "rows": rows,
            "hide_blank": True,
            "empty": (
                self.env._("Nothing differs from the version before.")
                if before
                else self.env._("This is the first version.")
            ),
        }

    def _new_paths(self, before) -> list[str]:
        if not before:
            return []
        known = {path for path, _schema in schema_place.paths(before._document())}
        return [
            path
            for path, _schema in schema_place.paths(self._document())
            if path not in known
        ]

    # === ACTION METHODS === #

    def action_submit(self):
        """Ask a second person to put this version into use.

        :raises UserError: it is no draft, or a breaking change hits a flow
        """
        if not self._may_design():
            raise AccessError(
                self.env._("Only designers and managers may submit a data format.")
            )
        for schema in self:
            schema._require_harmless()
            self.env["integration.approval"]._request(
                schema,
                "publish",
                schema._governed_content(),
                self.env._("Put %(name)s into use", name=schema.display_name),
            )
        return True

    def action_approve(self):
        """Approve the open request (a second person only)."""
        for schema in self:
            request = self.env["integration.approval"]._open_for(schema, "publish")
            if not request:
                raise UserError(self.env._("Nothing waits for approval here."))
            request.action_approve()
        return True

    def action_withdraw(self):
        """Take a submitted draft back."""
        if not self._may_design():
            raise AccessError(
                self.env._("Only designers and managers may take a request back.")
            )
        for schema in self:
            self.env["integration.approval"]._open_for(schema, "publish")._withdraw()
        return True

    def action_end(self):
        """Accept records of this ending version no longer than yesterday."""
        if not self.env.user.has_group("integration_core.group_manager"):
            raise AccessError(
                self.env._("Only a manager of Integrations may end a data format.")
            )
        ending = self.filtered(lambda schema: schema.state == "sunset")
        # sudo: formats are changed by these buttons alone.
        ending.sudo().sunset_date = fields.Date.context_today(self) - timedelta(days=1)
        return True

    def _require_harmless(self) -> None:
        """:raises UserError: names the flows that this version would break"""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("Only a draft can be submitted."))
        hits = self._hits(self._breaks(self._before()))
        if hits:
            raise UserError(
                self.env._(
                    "%(name)s takes away what flows rely on:\n%(flows)s\nMend their "
                    "mappings first, or show with tests of the mapping that its "
                    "records fit.",
                    name=self.display_name,
                    flows="\n".join(f"• {text}" for text in self._hit_sentences(hits)),
                )
            )

    # === CALLED BY integration.approval === #

    def _governed_content(self) -> dict:
        """What an approval of this version covers, as plain data."""
        self.ensure_one()
        return {
            "schema": [self.entity, self.version, self.module],
            "changes": [str(change) for change in self._breaks(self._before())],
            "document": canonical.digest(self._document()),
        }

    def _content_hash(self) -> str:
        return canonical.digest(self._governed_content())

    def _approval_table(self, approval) -> dict:
        """What is approved, as the tab Compare shows it."""
        return self.compare_table

    def _approval_granted(self, approval) -> None:
        """Put this version into use; the one before is accepted for a while."""
        self._require_harmless()  # a flow may have been added since
        # sudo: formats are changed by these buttons alone.
        before = self._before().sudo()
        before.write(
            {
                "state": "sunset",
                "sunset_date": fields.Date.context_today(self) + GRACE,
            }
        )
        before.flush_recordset()
        self.sudo().state = "live"

    def _approval_refused(self, approval) -> None:
        """The draft stays a draft."""
