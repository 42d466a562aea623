# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...engine import mapping_diff, transforms
from .mapping_change import LINES_SAY
from .mapping_line import KINDS


class IntegrationMapping(models.Model):
    """What a version changes, in words."""

    _inherit = "integration.mapping"

    compare_id = fields.Many2one(
        "integration.mapping",
        string="Compared with",
        compute="_compute_compare_id",
        readonly=False,
        help="The version whose lines stand on the left.",
    )
    diff_table = fields.Json("Changes", compute="_compute_diff_table")
    diff_text = fields.Text("What changes", compute="_compute_diff_text")

    @api.depends(
        "system",
        "entity",
        "direction",
        "company_id",
        "version",
        "state",
        "kept_from_id",
    )
    def _compute_compare_id(self):
        for mapping in self:
            mapping.compare_id = mapping._predecessor()

    def _predecessor(self):
        """What a reader compares with: a draft with the version in use, another
        version with the one before it, a kept save with what it met."""
        self.ensure_one()
        if self.state == "draft" and self.kept_from_id:
            return self.kept_from_id
        others = self._siblings() - self._origin
        live = others.filtered(lambda other: other.state == "approved")
        if self.state == "draft" and live:
            return live[:1]
        return others.filtered(lambda other: other.version < self.version)[:1]

    def _siblings(self):
        """All versions of the same mapping, newest first, this one among them."""
        self.ensure_one()
        if not (self.system and self.entity):
            return self.browse()
        return self.with_context(active_test=False).search(
            self._versions_domain(), order="version desc"
        )

    @api.depends("compare_id", *LINES_SAY)
    def _compute_diff_table(self):
        for mapping in self:
            mapping.diff_table = mapping._diff_table(mapping.compare_id)

    @api.depends(*LINES_SAY)
    def _compute_diff_text(self):
        for mapping in self:
            before = mapping._predecessor()
            sentences = mapping._diff_sentences(before) if before else []
            mapping.diff_text = "\n".join(sentences)

    # === WORDS === #

    def _diff_sentences(self, before) -> list[str]:
        """What this version changes against another one, a sentence a change."""
        return [
            self._change_sentence(change)
            for change in mapping_diff.changes(before._line_data(), self._line_data())
        ]

    def _diff_table(self, before, lines=None) -> dict:
        """Value of the widget ``integration_compare``: lines of two versions.

        :param before: the older version, may be empty
        :param lines: line data instead of those this version has now
        """
        new = self._line_data() if lines is None else lines
        found = mapping_diff.changes(before._line_data(), new)
        changed = {change.after for change in found}
        rows = [
            *(self._diff_row(number, change) for number, change in enumerate(found)),
            *(
                self._same_row(number, facts)
                for number, facts in enumerate(mapping_diff.flatten(new))
                if facts not in changed
            ),
        ]
        return {
            "first": self.env._("Common field"),
            "columns": [
                {"key": "before", "label": before.display_name or self.env._("Before")},
                {"key": "after", "label": self.display_name or self.env._("Now")},
            ],
            "rows": rows,
            "hide_blank": True,
            "empty": self.env._("This version has no lines."),
            "note": "" if before else self.env._("There is no version before it."),
        }

    def _line_data(self) -> list:
        """The lines as plain data; nothing for no version at all."""
        return [line._content() for line in self.top_line_ids.sorted()]

    def _diff_row(self, number: int, change) -> dict:
        before = self._facts_text(change.before)
        after = self._facts_text(change.after)
        if "path" in change.fields:
            before = f"{change.before.path}: {before}"
        status = "changed"
        if not change.before:
            status = "added"
        elif not change.after:
            status = "missing"
        return {
            "key": f"change{number}",
            "label": change.path,
            "cells": {"before": before, "after": after},
            "status": status,
        }

    def _same_row(self, number: int, facts) -> dict:
        text = self._facts_text(facts)
        return {
            "key": f"same{number}",
            "label": facts.path,
            "cells": {"before": text, "after": text},
            "status": "same",
        }

    def _facts_text(self, facts) -> str:
        """One line in a few words, as its form would say it."""
        if facts is None:
            return ""
        if facts.kind == "constant":
            return self.env._("always %(value)s", value=facts.default)
        parts = [self._origin_text(facts)]
        if facts.transform:
            parts.append(self._transform_word(facts.transform))
        if facts.value_map:
            parts.append(self.env._("value map %(name)s", name=facts.value_map))
        if facts.entity:
            parts.append(self.env._("refers to %(entity)s", entity=facts.entity))
        if facts.default:
            parts.append(self.env._("else %(value)s", value=facts.default))
        if facts.required:
            parts.append(self.env._("required"))
        return " · ".join(parts)

    def _origin_text(self, facts) -> str:
        if facts.kind == "list":
            return self.env._("each of %(place)s", place=facts.source)
        return self.env._("from %(place)s", place=facts.source)

    def _transform_word(self, name: str) -> str:
        return dict(transforms.transform_names()).get(name, name)

    def _change_sentence(self, change) -> str:
        """One change as people say it."""
        before, after, path = change.before, change.after, change.path
        if before is None:
            text = self._facts_text(after)
            return self.env._("%(field)s: new, %(what)s", field=path, what=text)
        if after is None:
            text = self._facts_text(before)
            return self.env._(
                "%(field)s: not filled any more, was %(what)s", field=path, what=text
            )
        if "path" in change.fields:
            return self.env._(
                "%(new)s: takes the place of %(old)s", new=path, old=before.path
            )
        parts = [self._part_text(name, before, after) for name in change.fields]
        return self.env._(
            "%(field)s: %(what)s", field=path, what=", ".join(filter(None, parts))
        )

    def _part_text(self, name: str, before, after) -> str:
        """One difference of a line: what it is now, and what it was."""
        if name == "required":
            if after.required:
                return self.env._("required now")
            return self.env._("not required any more")
        old, new = getattr(before, name), getattr(after, name)
        if name == "kind":
            kinds = dict(KINDS)
            old, new = kinds.get(old, old), kinds.get(new, new)
        elif name == "transform":
            old, new = self._transform_word(old), self._transform_word(new)
        elif name == "source" and "constant" in (before.kind, after.kind):
            return ""  # the change of kind says it
        words = {"new": new, "old": old or self.env._("nothing")}
        nothing = not new
        if name == "source":
            return self.env._("now from %(new)s, was %(old)s", **words)
        if name == "transform":
            if nothing:
                return self.env._("not converted any more, was %(old)s", **words)
            return self.env._("converted by %(new)s, was %(old)s", **words)
        if name == "value_map":
            if nothing:
                return self.env._("no value map any more, was %(old)s", **words)
            return self.env._("value map %(new)s, was %(old)s", **words)
        if name == "default":
            if nothing:
                return self.env._("no default any more, was %(old)s", **words)
            return self.env._("default %(new)s, was %(old)s", **words)
        if name == "entity":
            return self.env._("refers to %(new)s, was %(old)s", **words)
        return self.env._("kind %(new)s, was %(old)s", **words)
