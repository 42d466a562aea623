# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .entity_match_search import EXPRESSIONS

# As many as Odoo's own dialog merges at once.
MERGE_AT_ONCE = 3
NAMES_SHOWN = 5


class IntegrationDuplicate(models.Model):
    """Records of Odoo that have one key in common, a group a row.

    A query, not a table: it follows the active match rules and is never out of date.
    """

    _name = "integration.duplicate"
    _description = "Duplicates in Odoo"
    _auto = False
    _order = "size desc, value"
    _rec_name = "value"

    entity = fields.Selection(
        selection="_selection_entity", string="What it is", readonly=True
    )
    model = fields.Char(readonly=True)
    key = fields.Selection(
        selection="_selection_key", string="Have in common", readonly=True
    )
    value = fields.Char(readonly=True)
    size = fields.Integer("Records", readonly=True)
    record_ids = fields.Json(readonly=True)
    names = fields.Char(compute="_compute_names", string="Which")

    @api.model
    def _selection_entity(self):
        return self.env["integration.entity"]._matched_selection()

    @api.model
    def _selection_key(self):
        return self.env["integration.match.rule"]._selection_key()

    @property
    def _table_query(self):
        """One SELECT a rule; records of other companies are left out."""
        rules = self.env["integration.match.rule"].sudo()
        rules = rules.search([("key", "!=", "custom")])
        parts, known = [], set()
        for rule in rules:
            if (rule.entity, rule.key) in known:
                continue
            known.add((rule.entity, rule.key))
            part = self._groups_of(rule, len(parts))
            if part:
                parts.append(part)
        if not parts:
            parts = [
                SQL(
                    "SELECT 0 AS id, NULL::varchar AS entity, NULL::varchar AS model, "
                    "NULL::varchar AS key, NULL::varchar AS value, 0 AS size, "
                    "NULL::jsonb AS record_ids WHERE false"
                )
            ]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _groups_of(self, rule, number: int) -> SQL | None:
        """The groups of one rule, as the person who asks may see its records.

        :param number: place of the rule, part of the ids of its groups
        """
        entity = self.env["integration.entity"]._for(rule.entity)
        model = self.env[entity._record_model]
        if not model.has_access("read"):
            return None
        query = model.with_context(active_test=True)._search(entity._duplicate_domain())
        column = model._field_to_sql(model._table, rule._identity().field, query)
        value = SQL(EXPRESSIONS[rule.normaliser], column)
        query.add_where(SQL("COALESCE(%s, '') <> ''", value))
        record = SQL.identifier(model._table, "id")
        return SQL(
            "(SELECT min(%(record)s)::bigint * 100 + %(number)s AS id, "
            "%(entity)s AS entity, %(model)s AS model, %(key)s AS key, "
            "min(%(column)s) AS value, count(*)::int AS size, "
            "jsonb_agg(%(record)s ORDER BY %(record)s) AS record_ids "
            "FROM %(tables)s WHERE %(where)s "
            "GROUP BY %(value)s HAVING count(*) > 1)",
            record=record,
            number=number,
            entity=rule.entity,
            model=model._name,
            key=rule.key,
            value=value,
            column=column,
            tables=query.from_clause,
            where=query.where_clause or SQL("true"),
        )

    def _compute_names(self):
        for model, groups in self.grouped("model").items():
            shown = {group: group.record_ids[:NAMES_SHOWN] for group in groups}
            ids = [i for group_ids in shown.values() for i in group_ids]
            # Of one record set, so that the names are read at once.
            names = {r.id: r.display_name for r in self.env[model].browse(ids)}
            for group, group_ids in shown.items():
                more = ", …" if group.size > NAMES_SHOWN else ""
                group.names = ", ".join(names[i] for i in group_ids) + more

    def action_open_records(self):
        """The records of the group."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.value,
            "res_model": self.model,
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.record_ids)],
        }

    def action_merge(self):
        """Open Odoo's own dialog that makes one of them."""
        self.ensure_one()
        return self._merge_action(self.model, self.record_ids)

    @api.model
    def _merge_action(self, model: str, record_ids: list[int]) -> dict:
        """Odoo's dialog for merging records, with these chosen.

        :raises UserError: Odoo has none for them, or the user may not merge
        """
        if model != "res.partner":
            raise UserError(
                self.env._(
                    "Odoo merges contacts only. Archive the record that is not used, "
                    "or change what they have in common."
                )
            )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        if not wizard.has_access("create"):
            raise UserError(
                self.env._(
                    "Merging contacts needs the right to create contacts. Ask "
                    "somebody who has it."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge contacts"),
            "res_model": wizard._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": model,
                "active_ids": list(record_ids)[:MERGE_AT_ONCE],
            },
        }
