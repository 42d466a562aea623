# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import canonical
from .mapping_change import WHOLE, WHOLE_KEY

#: Written by the hub alone: who approved what, and where a version comes from.
HUB_FIELDS = {
    "approved_by_id",
    "approved_at",
    "approved_hash",
    "shipped_by",
    "kept_from_id",
    "kept_token",
}


class IntegrationMapping(models.Model):
    """Versions of one mapping: copied, put into use, taken back."""

    _inherit = "integration.mapping"

    shipped_by = fields.Char("Came with", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    approved_hash = fields.Char(
        readonly=True,
        copy=False,
        help="Digest of the lines as they were when this version was in use.",
    )
    version_ids = fields.Many2many(
        "integration.mapping", compute="_compute_version_ids", string="Versions"
    )
    may_revert = fields.Boolean(compute="_compute_may_revert")

    @api.depends("system", "entity", "direction", "company_id")
    def _compute_version_ids(self):
        for mapping in self:
            mapping.version_ids = mapping._siblings()

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_revert(self):
        manager = self.env.user.has_group("integration_core.group_manager")
        for mapping in self:
            mapping.may_revert = manager and mapping.state == "retired"

    def _versions_domain(self) -> list:
        """All versions of the same mapping."""
        return [
            ("system", "=", self.system),
            ("entity", "=", self.entity),
            ("direction", "=", self.direction),
            ("company_id", "=", self.company_id.id),
        ]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # Addons load their data as superuser; everybody may send such a context.
        if self.env.su and self.env.context.get("install_mode"):
            vals_list = [self._fit_shipped(dict(vals)) for vals in vals_list]
        self._check_own_fields({name for vals in vals_list for name in vals})
        return super().create(self._with_own_defaults(vals_list, HUB_FIELDS))

    def write(self, vals):
        self._check_own_fields(vals.keys())
        return super().write(vals)

    def _check_own_fields(self, names) -> None:
        """:raises AccessError: a person writes what only the hub writes"""
        if HUB_FIELDS & set(names) and not self.env.su:
            raise AccessError(
                self.env._("Who approved a version is written down by the hub alone.")
            )

    @api.model
    def _fit_shipped(self, vals: dict) -> dict:
        """A version that an addon brings. The first one is used at once; where there
        are versions already it is a draft behind them, and nobody's copy changes."""
        vals["shipped_by"] = self.env.context.get("install_module") or "?"
        known = self.with_context(active_test=False).search(
            [
                ("system", "=", vals.get("system")),
                ("entity", "=", vals.get("entity")),
                ("direction", "=", vals.get("direction", "in")),
                ("company_id", "=", vals.get("company_id", False)),
            ]
        )
        if known:
            newest = max(known.mapped("version"))
            vals["state"] = "draft"
            vals["version"] = max(int(vals.get("version", 1)), newest + 1)
        return vals

    def _copy_version(self):
        """Copy lines and tests into a new draft.

        :return: (draft, id of each line → id of its copy)
        """
        self.ensure_one()
        newest = self._siblings()[:1].version
        draft = self.copy({"version": newest + 1, "name": self.name})
        # The lines of a new version are no changes of it.
        lines = self.top_line_ids.with_context(**{WHOLE_KEY: WHOLE})
        copies = lines._copy_to(draft)
        for test in self.test_ids:
            test.copy({"mapping_id": draft.id})
        return draft, copies

    def _open(self) -> dict:
        """Action: the form of this version."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # === IN USE === #

    def _lines_hash(self) -> str:
        return canonical.digest(self._line_data())

    def _put_into_use(self, reason: str = "") -> None:
        """Make this the version in use; flows of the one before go over to it."""
        self.ensure_one()
        # sudo: state and flows change by approval and revert only.
        mapping = self.sudo()
        before = mapping._siblings().filtered(lambda m: m.state == "approved")
        before -= mapping
        mapping.write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
                "approved_hash": mapping._lines_hash(),
            }
        )
        for flow in before.flow_ids:
            flow.mapping_id = mapping
            flow.connector_id._log(
                "configure",
                self.env._(
                    "Flow %(flow)s uses %(mapping)s now",
                    flow=flow.display_name,
                    mapping=self.display_name,
                )
                + (f": {reason}" if reason else ""),
                actor_id=self.env.uid,
            )
        for old in before:
            old.write(
                {
                    "state": "retired",
                    "approved_hash": old.approved_hash or old._lines_hash(),
                }
            )

    # === REVERT === #

    def action_revert(self):
        """Ask why, then put this former version into use again."""
        self.ensure_one()
        self._require_revertible()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use %(name)s again", name=self.display_name),
            "res_model": "integration.mapping.revert",
            "view_mode": "form",
            "target": "new",
            "context": {"default_mapping_id": self.id},
        }

    def _require_revertible(self) -> None:
        """:raises UserError: it was never in use, or is not what it was then"""
        self.ensure_one()
        if not self.env.user.has_group("integration_core.group_manager"):
            raise AccessError(
                self.env._("Only a manager of Integrations may take a version back.")
            )
        if self.state != "retired":
            raise UserError(
                self.env._(
                    "Only a version that was in use before can be used again at once. "
                    "Submit this one instead."
                )
            )
        if self.approved_hash and self.approved_hash != self._lines_hash():
            raise UserError(
                self.env._(
                    "%(name)s is not what it was when it was approved. Make a new "
                    "version of it and submit that.",
                    name=self.display_name,
                )
            )

    def _revert(self, reason: str) -> None:
        """Put this former version into use again, at once.

        A second person approved it when it was put into use first, so a manager's
        reason is enough (docs/decisions/0047).

        :raises UserError: no reason, or it cannot be used any more
        """
        self._require_revertible()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the former version is used again."))
        self._require_sound()
        left = self._siblings().filtered(lambda m: m.state == "approved")
        self._put_into_use(reason)
        for mapping in left | self:
            mapping.sudo().message_post(
                body=self.env._(
                    "%(new)s is used again instead of %(old)s: %(reason)s",
                    new=self.display_name,
                    old=left[:1].display_name or "–",
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )
