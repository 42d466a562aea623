# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError

from ..const import SKIP_LABELS
from ..engine import masking, strict_json
from ..engine.errors import IntegrationError
from ..engine.masking import masked_logger
from ..engine.samples import disguise, pretty
from ..messages import Source
from ..models.mapping.mapping_trace import shown
from ..models.presentation.common import as_sentence, comparison, ledger, notice
from ..preview_messages import PreviewSource

_logger = masked_logger(__name__)

# Key of the context, set while a result is written: what is hidden of the message.
HIDDEN = "integration_hidden"


class IntegrationMappingPreview(models.TransientModel):
    """What a mapping would make of one message, from the system to the document.

    The real path runs in a dry run; nothing of it is kept. Of a message that was
    picked personal data is masked, as on the message itself.
    """

    _name = "integration.mapping.preview"
    _description = "Preview of a Mapping"
    # Content stands here in clear: no longer than it takes to read it.
    _transient_max_hours = 0.25

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, readonly=True, ondelete="cascade"
    )
    system = fields.Selection(related="mapping_id.system")
    entity = fields.Char(related="mapping_id.entity")
    connector_id = fields.Many2one(
        "integration.connector",
        domain="[('system', '=', system)]",
        help="Whose settings, links and defaults count.",
    )
    origin = fields.Selection(
        [
            ("event", "A message that arrived"),
            ("paste", "Pasted content"),
            ("test", "The sample of a test"),
        ],
        default="event",
        required=True,
        string="Look at",
    )
    event_id = fields.Many2one(
        "integration.event",
        string="Message",
        domain="[('connector_id', '=', connector_id), ('entity', '=', entity),"
        " ('direction', '=', 'in')]",
    )
    content = fields.Text(
        help="A message as the system sends it, or one object of it, as JSON."
    )
    test_id = fields.Many2one(
        "integration.mapping.test",
        domain="[('mapping_id', '=', mapping_id)]",
    )
    done = fields.Boolean(readonly=True)
    notice = fields.Json(readonly=True)
    line_table = fields.Json("Line by line", readonly=True)
    format_table = fields.Json("Format", readonly=True)
    diff_table = fields.Json("Document", readonly=True)
    ledger_table = fields.Json("Journal items", readonly=True)
    notes = fields.Text(readonly=True)
    received = fields.Text(readonly=True)
    canonical = fields.Text("Common format", readonly=True)
    sample = fields.Text(readonly=True, help="The record without personal data.")
    test_name = fields.Char("Keep as test")
    kept_test_id = fields.Many2one("integration.mapping.test", readonly=True)

    # === ACTION METHODS === #

    def action_preview(self):
        """Run the message through the mapping and show what would happen.

        :raises UserError: nothing to look at, or somebody books the same just now
        """
        self.ensure_one()
        self._check_reader()
        found = self._run(self._source())
        mine = [p for p in found if p.entity == self.entity] or found
        if not mine:
            raise UserError(self.env._("This holds no object to look at."))
        self._show(mine[0])
        return self._reopen()

    def action_keep_test(self):
        """Keep the record, without personal data, as a test of the mapping."""
        self.ensure_one()
        if not self.sample:
            raise UserError(self.env._("Look at a message first."))
        if not (self.test_name or "").strip():
            raise UserError(self.env._("Give the test a name first."))
        self.kept_test_id = self.mapping_id._keep_as_test(
            self.test_name, strict_json.loads(self.sample.encode())
        )
        return self._reopen()

    def _run(self, source: PreviewSource) -> list:
        """The dry run of one source.

        :raises UserError: an adapter met what it has never seen
        """
        try:
            return self.env["integration.dry.run"]._preview(
                self.connector_id, [source], mapping=self.mapping_id
            )
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            _logger.warning("Preview of %s failed", self.mapping_id, exc_info=True)
            raise UserError(
                self.env._(
                    "This is neither a message nor an object of the system, as far as "
                    "it can be read. Paste it as the system shows it, whole."
                )
            ) from error

    # === WHAT IS LOOKED AT === #

    def _check_reader(self) -> None:
        """:raises UserError: no connector; AccessError: not his mapping or message"""
        self.mapping_id.check_access("read")
        if not self.connector_id:
            raise UserError(
                self.env._(
                    "Choose the connector whose settings count. If there is none yet, "
                    "make one for this system first."
                )
            )
        self.connector_id.check_access("read")
        if self.mapping_id.direction == "out":
            raise UserError(
                self.env._("What would be sent is shown by Preview on the flow.")
            )

    def _source(self) -> PreviewSource:
        if self.origin == "event":
            if not self.event_id:
                raise UserError(self.env._("Choose a message to look at."))
            self.event_id.check_access("read")
            if self.event_id.connector_id != self.connector_id:
                raise UserError(
                    self.env._("The message came from another connector. Choose that.")
                )
            return PreviewSource(entity=self.entity, event_id=self.event_id.id)
        if self.origin == "test":
            if not self.test_id:
                raise UserError(self.env._("Choose a test to look at."))
            record = self.test_id._object("sample")
            return PreviewSource(
                entity=self.entity,
                external_id=str(record.get("id") or self.test_id.name),
                source=Source(record, version="9"),
            )
        if not (self.content or "").strip():
            raise UserError(self.env._("Paste a message to look at."))
        return PreviewSource(entity=self.entity, body=self.content.encode())

    @property
    def _masked(self) -> bool:
        """Whether personal data stays hidden: what one pasted one has seen."""
        return self.origin == "event"

    # === WHAT IS SHOWN === #

    def _show(self, preview) -> None:
        received, canonical = preview.received, preview.canonical
        # A mapping may put under a harmless key what stood under a telling one.
        self = self.with_context(**{HIDDEN: masking.hidden_in(received)})
        self.write(
            {
                "done": True,
                "notice": self._notice(preview),
                "line_table": self._line_table(preview),
                "format_table": self._format_table(preview),
                "diff_table": self._diff_table(preview),
                "ledger_table": ledger(self.env, [preview.diff]) or False,
                "notes": "\n".join(preview.notes),
                "received": pretty(self._veil(received)) if received else False,
                "canonical": pretty(self._veil(canonical)) if canonical else False,
                "sample": pretty(disguise(received)) if received else False,
                "test_name": self._test_name(preview),
                "kept_test_id": False,
            }
        )

    def _veil(self, value):
        if not self._masked:
            return value
        return masking.hide(masking.mask(value), self.env.context.get(HIDDEN, ()))

    def _veil_field(self, name: str, value):
        return self._veil({name: value})[name]

    def _test_name(self, preview) -> str:
        words = preview.reason or (preview.error or {}).get("class") or ""
        return " ".join(filter(None, [preview.external_id or self.entity, words]))

    def _notice(self, preview) -> dict:
        """What would happen, why, and that nothing did."""
        nothing = self.env._("Nothing was written.")
        if preview.outcome == "done":
            what, level = self._done_text(preview), "success"
            return notice(level, what, preview.matched or "", nothing)
        if preview.outcome == "skip":
            reason = dict(SKIP_LABELS).get(preview.reason, preview.reason)
            what = self.env._("Nothing would be done.")
            return notice("info", what, as_sentence(reason), nothing)
        if preview.outcome == "fetch":
            what = self.env._("The system would be asked first.")
            why = self.env._(
                "The message does not hold everything; a preview asks nobody."
            )
            return notice("info", what, why, nothing)
        error = preview.error or {}
        waiting = preview.outcome == "waiting"
        what = (
            self.env._("It would wait.")
            if waiting
            else self.env._("It would not come through.")
        )
        why = as_sentence(error.get("message"))
        after = " ".join(filter(None, [as_sentence(error.get("hint")), nothing]))
        return notice("warning" if waiting else "danger", what, why, after)

    def _done_text(self, preview) -> str:
        name = preview.document_name or preview.external_id
        if preview.operation == "none":
            return self.env._("%(name)s would stay as it is.", name=name)
        if preview.operation == "create":
            return self.env._("%(name)s would be created.", name=name)
        if preview.operation == "post":
            return self.env._("%(name)s would be posted.", name=name)
        return self.env._("%(name)s would be changed.", name=name)

    def _line_table(self, preview) -> dict:
        """Received, common format, Odoo and note, a row per line; problems first."""
        traced = self.mapping_id._trace(preview.received) if preview.received else []
        said = {problem["path"]: problem for problem in preview.schema_errors}
        rows, seen = [], set()
        for number, (line, one) in enumerate(traced):
            problem = one.error or said.get(one.path) or line.problem
            seen.add(one.path)
            rows.append(self._line_row(f"{number}", line, one, problem, preview))
        rows += [
            {
                "key": f"format:{path}",
                "label": path or self.env._("The record"),
                "cells": {"note": as_sentence(problem["message"])},
                "status": "problem",
            }
            for path, problem in said.items()
            if path not in seen
        ]
        return {
            "plain": True,
            "hide_blank": True,
            "first": self.env._("Common field"),
            "columns": [
                {"key": "received", "label": self.env._("Received")},
                {"key": "canonical", "label": self.env._("Common format")},
                {"key": "odoo", "label": self.env._("In Odoo")},
                {"key": "note", "label": self.env._("Note")},
            ],
            "rows": rows,
            "empty": self.env._("The content could not be read."),
        }

    def _line_row(self, key, line, one, problem, preview) -> dict:
        cells = {"note": ""}
        if one.received is not None and line.kind != "list":
            cells["received"] = shown(self._veil_field(line.target, one.received))
        if problem:
            cells["note"] = as_sentence(_why(problem))
        elif one.silent:
            cells["note"] = self.env._("The message does not say it.")
        elif line.kind == "list":
            cells["canonical"] = self.env._("%(count)s in the list", count=one.value)
        else:
            cells["canonical"] = shown(self._veil_field(line.target, one.value))
        cells["odoo"] = self._odoo_text(one.path, preview)
        return {
            "key": key,
            "label": one.path,
            "cells": cells,
            "status": "problem" if problem else "same",
        }

    def _odoo_text(self, path: str, preview) -> str:
        """The Odoo values that a field of the common format becomes, by their names."""
        parts = []
        for name in self._odoo_fields(path):
            value = preview.values.get(name)
            if value not in (None, False, "", []):
                label = preview.labels.get(name, name)
                parts.append(f"{label}: {shown(self._veil_field(name, value))}")
        return ", ".join(parts)

    def _odoo_fields(self, path: str) -> list[str]:
        """Odoo fields that a place in the common format fills."""
        if path.startswith("custom."):
            return [path.removeprefix("custom.")]
        entity = self.env["integration.entity"]._for(self.entity)
        keys = entity._export_keys() if entity is not None else {}
        return sorted(name for name in keys.get(path, ()) if "." not in name)

    def _format_table(self, preview) -> dict:
        """Every breach of the data format, or that there is none."""
        version = self.env["integration.schema"]._live_version(self.entity)
        return {
            "plain": True,
            "first": self.env._("Common field"),
            "columns": [{"key": "why", "label": self.env._("What is wrong")}],
            "rows": [
                {
                    "key": f"{number}",
                    "label": problem["path"] or self.env._("The record"),
                    "cells": {"why": as_sentence(problem["message"])},
                    "status": "problem",
                }
                for number, problem in enumerate(preview.schema_errors)
            ],
            "empty": (
                self.env._(
                    "It fits the data format %(entity)s %(version)s.",
                    entity=self.entity,
                    version=version,
                )
                if preview.canonical
                else self.env._("It did not get as far as the data format.")
            ),
        }

    def _diff_table(self, preview) -> dict:
        """The document in Odoo before and after."""
        diff = {
            name: self._veil_pair(preview.model, name, pair)
            for name, pair in preview.diff.items()
        }
        empty = self.env._("No field of Odoo would change.")
        return comparison(self.env, [(preview.model, "", diff)], empty)

    def _veil_pair(self, model: str, name: str, pair):
        """What a field was and would be. What Odoo holds was not pasted: it is masked
        for who may not read the record itself."""
        if not isinstance(pair, list) or len(pair) != 2:
            return pair
        before, after = pair
        readable = model in self.env and self.env[model].has_access("read")
        if self._masked or not readable:
            before = masking.mask({name: before})[name]
        return [before, self._veil_field(name, after)]

    def _reopen(self) -> dict:
        """The same dialog, with what it shows now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Preview of %(name)s", name=self.mapping_id.display_name
            ),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


def _why(problem) -> str:
    """The sentence of an error, of a breach of the format or of a line's problem."""
    if isinstance(problem, IntegrationError):
        return problem.message
    return problem["message"] if isinstance(problem, dict) else problem
