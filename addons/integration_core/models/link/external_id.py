# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import UserError


class Link(NamedTuple):
    """A bound object as the pipeline needs it."""

    id: int
    external_id: str
    role: str
    model: str
    res_id: int
    version: str
    digest: str
    base: dict


class IntegrationExternalId(models.Model):
    """One external object bound to one Odoo record."""

    _name = "integration.external.id"
    _description = "Linked Record"
    _order = "id desc"
    _rec_name = "external_id"

    connector_id = fields.Many2one(
        "integration.connector", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    entity = fields.Char(required=True, readonly=True)
    external_id = fields.Char(required=True, readonly=True, string="Object there")
    role = fields.Char(
        required=True,
        readonly=True,
        default="",
        help="Part of the object, for example an address. Empty: the object itself.",
    )
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, string="Record"
    )
    primary = fields.Boolean(
        default=True,
        readonly=True,
        help="The object that stands for the record; the others are aliases.",
    )
    version = fields.Char(readonly=True)
    digest = fields.Char(readonly=True)
    base = fields.Json(
        readonly=True, help="Hash of the last agreed value of each field."
    )
    last_sync = fields.Datetime(readonly=True)

    _external_uniq = models.UniqueIndex(
        "(connector_id, entity, external_id, role)",
        "This object is already linked.",
    )
    _primary_uniq = models.UniqueIndex(
        '(connector_id, entity, model, res_id, role) WHERE "primary"',
        "This record is already linked to another object of this system.",
    )
    _record_idx = models.Index("(model, res_id)")

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open the Odoo record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_remote(self):
        """Open the object in the other system's own screens."""
        self.ensure_one()
        url = self.connector_id._adapter()._remote_url(
            self.connector_id, self.entity, self.external_id
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_give_up(self):
        """Open the dialog that asks why the link is given up."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give up %(count)s link(s)", count=len(self)),
            "res_model": "integration.unlink",
            "view_mode": "form",
            "target": "new",
            "context": {"default_link_ids": [fields.Command.set(self.ids)]},
        }

    def action_resync(self):
        """Read the object from the system again and apply it."""
        self.env["integration.event"]._require_operator()
        for link in self:
            link.connector_id._require_active()
            if not link.connector_id.sudo()._adapter()._can_fetch:
                raise UserError(
                    self.env._("This system does not let single objects be read.")
                )
            link._enqueue_read()
        return self.env["integration.connector"]._notify(
            self.env._("Reading it again; the result appears in the sync log.")
        )

    # === BUSINESS METHODS === #

    def _unlink_with_reason(self, reason: str) -> None:
        """Give links up; both records stay as they are.

        :raises UserError: no reason, or the user is no manager
        """
        self.check_access("read")
        self.connector_id._require_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        for link in self.sudo():
            self.env["integration.job.log"]._append(
                link.connector_id,
                [
                    {
                        "operation": "unlink",
                        "message": reason.strip(),
                        "entity": link.entity,
                        "external_id": link.external_id,
                        "model": link.model,
                        "res_id": link.res_id,
                        "actor_id": self.env.uid,
                    }
                ],
            )
        self.sudo().unlink()

    def _enqueue_read(self) -> None:
        """Enqueue the job that reads the object into the inbox."""
        for link in self.sudo():
            link.with_delay(
                priority=7,
                max_retries=0,
                channel=link.connector_id._channel(),
                identity_key=f"integration.read:{link.id}",
                description=link.external_id,
            )._job_read()

    def _job_read(self) -> str:
        """Job: read the linked object from the peer and put it into the inbox."""
        self.ensure_one()
        link = self.sudo()
        return self.env["integration.fetch"]._run(
            link.connector_id, link.entity, link.external_id
        )

    @api.model
    def _find(self, connector, entity: str, external_ids) -> dict:
        """Bound objects in one query: (external id, role) → :class:`Link`."""
        self.env.cr.execute(
            """
            SELECT id, external_id, role, model, res_id, version, digest, base
              FROM integration_external_id
             WHERE connector_id = %s AND entity = %s AND external_id = ANY(%s)
            """,
            (connector.id, entity, list(external_ids)),
        )
        links = (Link(*row) for row in self.env.cr.fetchall())
        return {(link.external_id, link.role): link for link in links}

    @api.model
    def _resolve(self, connector, references) -> dict:
        """Resolve references of any entity, one query an entity.

        What is never synchronised, such as a tax, resolves through its value map alone.

        :param references: iterable of (entity, external id)
        :return: (entity, external id) → (model, res_id) for those that are bound
        """
        wanted: dict[str, set] = {}
        for entity, external_id in references:
            wanted.setdefault(entity, set()).add(external_id)
        found = {}
        maps = self.env["integration.value.map"]
        for entity, ids in wanted.items():
            if maps._map_of(connector, entity):
                records = maps._resolve_records(connector, entity, ids)
                found |= {(entity, value): record for value, record in records.items()}
                continue
            for (external_id, role), link in self._find(connector, entity, ids).items():
                if not role:
                    found[entity, external_id] = (link.model, link.res_id)
        return found

    @api.model
    def _bound_ids(self, connector, entity: str, model: str, res_ids) -> set:
        """Which of these records are already bound to this connector and entity."""
        self.env.cr.execute(
            """
            SELECT res_id FROM integration_external_id
             WHERE connector_id = %s AND entity = %s AND model = %s
               AND res_id = ANY(%s)
            """,
            (connector.id, entity, model, list(res_ids)),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _bind(self, connector, rows: list[dict]) -> None:
        """Write bindings, new and known, in one statement.

        :param rows: dicts with entity, external_id, role, model, res_id, version,
            digest, base
        """
        if not rows:
            return
        now = fields.Datetime.now()
        uid = self.env.uid
        execute_values(
            self.env.cr._obj,
            """
            INSERT INTO integration_external_id AS x (
                connector_id, company_id, entity, external_id, role, model, res_id,
                "primary", version, digest, base, last_sync,
                create_uid, create_date, write_uid, write_date)
            VALUES %s
            ON CONFLICT (connector_id, entity, external_id, role) DO UPDATE SET
                model = EXCLUDED.model, res_id = EXCLUDED.res_id,
                version = EXCLUDED.version, digest = EXCLUDED.digest,
                base = EXCLUDED.base, last_sync = EXCLUDED.last_sync,
                write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
            """,
            [
                (
                    connector.id,
                    connector.company_id.id,
                    row["entity"],
                    row["external_id"],
                    row.get("role") or "",
                    row["model"],
                    row["res_id"],
                    row.get("primary", True),
                    row.get("version") or None,
                    row.get("digest") or None,
                    Json(row.get("base") or {}),
                    now,
                    uid,
                    now,
                    uid,
                    now,
                )
                for row in rows
            ],
            page_size=1000,
        )
        self.invalidate_model()
