# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ...engine.ownership import ANY, ODOO

OPERATIONS = [
    ("*", "Everything"),
    ("create", "Create"),
    ("update", "Change"),
    ("archive", "Archive"),
]


class IntegrationOwnership(models.Model):
    """Who is the system of record: of an entity, a field, a stage, an operation.

    Of all rules that fit, the most exact one counts (`engine.ownership.choose`).
    Where there is none, the system that sent the value owns it, and Odoo's own change
    stays if the system did not change it as well. A row with ``model`` and ``res_id``
    is the override of one record, see ``ownership_override.py``.
    """

    _name = "integration.ownership"
    _description = "Data Owner"
    _order = "entity, field desc, stage, operation, rank, id"
    _rec_name = "field"

    entity = fields.Selection(
        selection=lambda self: self.env["integration.entity"]._entity_selection(),
        string="Kind of record",
        required=True,
        index=True,
    )
    field = fields.Selection(
        selection="_select_field",
        required=True,
        default=ANY,
        help="A field of the Odoo record, with the kinds of record that have it.",
    )
    field_name = fields.Char(string="What", compute="_compute_words")
    record_name = fields.Char(string="Only for", compute="_compute_words")
    sentence = fields.Char(compute="_compute_words")
    expired = fields.Boolean(compute="_compute_expired")
    stage = fields.Selection(
        selection="_select_stage",
        required=True,
        default=ANY,
        help="Only while the record is at this stage of its life.",
    )
    operation = fields.Selection(
        OPERATIONS,
        required=True,
        default="update",
        help="Change: values of records that are there. Create: whether a system may "
        "make new records. Archive: whether it may take them out of use.",
    )
    owner = fields.Selection(
        selection="_select_owner",
        required=True,
        default=ODOO,
        help="The system whose value counts.",
    )
    rule = fields.Selection(
        [
            ("owner", "The owner decides"),
            ("ranking", "The strongest that has a value"),
            ("newest", "The newest change"),
            ("not_empty", "What is filled, then the owner"),
        ],
        string="Which value survives",
        required=True,
        default="owner",
    )
    rank = fields.Integer(
        default=1, help="1 is the strongest. One line for each system of a ranking."
    )
    on_conflict = fields.Selection(
        [
            ("reject", "Refuse"),
            ("review", "Ask"),
            ("accept", "Accept and log"),
        ],
        string="Another's value",
        required=True,
        default="reject",
        help="What happens to a value that the sender may not decide. Refuse: Odoo "
        "keeps its own, the refusal is in the sync log. Ask: a person decides. "
        "Accept and log: it is taken over.",
    )
    company_id = fields.Many2one("res.company", index=True)
    valid_to = fields.Datetime(string="Until", help="Empty: for ever.")
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Record"
    )
    reason = fields.Char(readonly=True)
    active = fields.Boolean(default=True)

    _record_idx = models.Index("(model, res_id) WHERE res_id IS NOT NULL")
    _rule_uniq = models.UniqueIndex(
        "(entity, field, stage, operation, owner, COALESCE(company_id, 0)) "
        "WHERE active AND res_id IS NULL",
        "There is a rule for this owner already.",
    )
    _override_uniq = models.UniqueIndex(
        "(model, res_id, field) WHERE active AND res_id IS NOT NULL",
        "This field of the record has an override already.",
    )
    _override_ends = models.Constraint(
        "CHECK (res_id IS NULL OR valid_to IS NOT NULL)",
        "An override of one record needs a date at which it ends.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _select_owner(self) -> list[tuple]:
        systems = self.env["integration.connector"]._fields["system"]
        return [(ODOO, "Odoo"), *systems._description_selection(self.env)]

    @api.model
    def _select_stage(self) -> list[tuple]:
        """Stages of all entities: the check says which of them an entity has."""
        entities = self.env["integration.entity"]
        stages: dict = {}
        for name in entities._entities():
            stages |= dict(entities._for(name)._stages())
        return [(ANY, self.env._("Any")), *sorted(stages.items())]

    @api.model
    @tools.ormcache("self.env.lang")
    def _select_field(self) -> list[tuple]:
        """Fields of all entities: the check says which of them an entity has.

        Not a link to Odoo's own list of fields: only administrators may read that.
        """
        entities = self.env["integration.entity"]
        found: dict[str, list] = {}
        for entity in sorted(entities._entities()):
            model = entities._for(entity)
            for name in model._rule_fields():
                found.setdefault(name, []).append(model)
        choices = [
            (
                name,
                self.env._(
                    "%(field)s (%(entities)s)",
                    field=models_of[0]._label_of(name),
                    entities=", ".join(m._label() for m in models_of),
                ),
            )
            for name, models_of in found.items()
        ]
        return [(ANY, self.env._("All fields")), *sorted(choices, key=lambda c: c[1])]

    @api.depends("valid_to")
    def _compute_expired(self):
        now = fields.Datetime.now()
        for rule in self:
            rule.expired = bool(rule.valid_to and rule.valid_to <= now)

    @api.depends("entity", "field", "owner", "model", "res_id")
    def _compute_words(self):
        for rule in self:
            rule.field_name = rule._field_label() if rule.entity else False
            record = self.env[rule.model].browse(rule.res_id) if rule.res_id else None
            # sudo: the name alone; the record itself opens with the person's rights.
            rule.record_name = record.sudo().exists().display_name if record else False
            rule.sentence = rule._sentence() if rule.entity else self.env._("New rule")

    def _sentence(self) -> str:
        """The rule in one line, for the head of its form."""
        words = {
            "entity": self._selection_label("entity"),
            "field": self._field_label(),
            "owner": self._selection_label("owner"),
        }
        if self.operation == "create":
            return self.env._("%(owner)s makes new records: %(entity)s", **words)
        if self.operation == "archive":
            return self.env._("%(owner)s archives: %(entity)s", **words)
        if self.rule == "newest":
            return self.env._("The newest counts: %(field)s (%(entity)s)", **words)
        if self.rule == "ranking":
            words["rank"] = self.rank
            return self.env._(
                "%(owner)s is number %(rank)s for %(field)s (%(entity)s)", **words
            )
        return self.env._("%(owner)s decides %(field)s (%(entity)s)", **words)

    def action_open_record(self):
        """Open the one record an override is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.depends("entity", "field", "owner")
    def _compute_display_name(self):
        for rule in self:
            if not rule.entity:
                rule.display_name = self.env._("New")
                continue
            rule.display_name = self.env._(
                "%(entity)s: %(field)s, %(owner)s",
                entity=rule._selection_label("entity"),
                field=rule._field_label(),
                owner=rule._selection_label("owner"),
            )

    def _selection_label(self, name: str) -> str:
        choices = dict(self._fields[name]._description_selection(self.env))
        return choices.get(self[name]) or self[name] or ""

    def _field_label(self) -> str:
        """The field as people call it."""
        if self.field == ANY:
            return self.env._("all fields")
        return self.env["integration.entity"]._for(self.entity)._label_of(self.field)

    # === CONSTRAINT METHODS === #

    @api.constrains("entity", "field", "stage", "operation")
    def _check_names(self):
        """A rule that can never fit would promise what nobody keeps."""
        for rule in self:
            entity = self.env["integration.entity"]._for(rule.entity)
            if rule.field != ANY and rule.field not in entity._rule_fields():
                raise ValidationError(
                    self.env._(
                        "%(entity)s has no field “%(field)s” that a system can fill. "
                        "Choose another one, or leave the field empty for all.",
                        entity=rule._selection_label("entity"),
                        field=rule.field,
                    )
                )
            if rule.field != ANY and rule.operation == "create":
                raise ValidationError(
                    self.env._(
                        "Records are created as a whole: leave the field empty, or "
                        "choose another operation."
                    )
                )
            stages = dict(entity._stages())
            if rule.stage != ANY and rule.stage not in stages:
                raise ValidationError(
                    self.env._(
                        "%(entity)s has no stage “%(stage)s”. There are: %(stages)s.",
                        entity=rule._selection_label("entity"),
                        stage=rule.stage,
                        stages=", ".join(stages) or self.env._("none"),
                    )
                )

    @api.constrains(
        "entity", "field", "stage", "operation", "company_id", "rule", "rank", "active"
    )
    def _check_one_answer(self):
        """Rules of one exactness must not contradict each other."""
        for rule in self.filtered(lambda r: r.active and not r.res_id):
            same = self.search(
                [
                    ("id", "!=", rule.id),
                    ("res_id", "=", False),
                    ("entity", "=", rule.entity),
                    ("field", "=", rule.field),
                    ("stage", "=", rule.stage),
                    ("operation", "=", rule.operation),
                    ("company_id", "=", rule.company_id.id),
                ]
            )
            if same and {"ranking"} != {rule.rule, *same.mapped("rule")}:
                raise ValidationError(
                    self.env._(
                        "%(name)s: there is another rule for the same values. Only a "
                        "ranking has several lines, one for each system.",
                        name=rule.display_name,
                    )
                )
            if rule.rank in same.mapped("rank"):
                raise ValidationError(
                    self.env._(
                        "%(name)s: two systems of a ranking need different ranks.",
                        name=rule.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("res_id") for vals in vals_list):
            raise AccessError(
                self.env._("An override is made on the record: edit the field there.")
            )
        vals_list = self._with_own_defaults(vals_list, {"model", "res_id", "reason"})
        rules = super().create(vals_list)
        rules._log_rules(self.env._("Data owner set"))
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        if not self.env.su and (
            {"model", "res_id"} & set(vals) or (any(self.mapped("res_id")) and vals)
        ):
            raise AccessError(
                self.env._("An override is ended with its button, never edited.")
            )
        res = super().write(vals)
        self._log_rules(self.env._("Data owner changed"))
        self.env.registry.clear_cache()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_overrides(self):
        if not self.env.su and any(self.mapped("res_id")):
            raise AccessError(
                self.env._("An override is ended with its button, never deleted.")
            )

    def unlink(self):
        self._log_rules(self.env._("Data owner removed"))
        self.env.registry.clear_cache()
        return super().unlink()

    def _log_rules(self, what: str) -> None:
        """Rules change what integrations may do: who changed them is in the log."""
        for rule in self.filtered(lambda r: not r.res_id):
            connector = rule._connectors()[:1]
            if not connector:
                continue
            text = self.env._(
                "%(what)s: %(rule)s. %(method)s; another's value: %(conflict)s",
                what=what,
                rule=rule.display_name,
                method=rule._selection_label("rule"),
                conflict=rule._selection_label("on_conflict"),
            )
            row = {"operation": "configure", "message": text, "entity": rule.entity}
            self.env["integration.job.log"]._append(
                connector, [dict(row, actor_id=self.env.uid)]
            )

    def _connectors(self):
        """Connectors in whose log it belongs: of the owner, else of the company."""
        domain = [("company_id", "in", (self.company_id or self.env.companies).ids)]
        connectors = self.env["integration.connector"].sudo().search(domain)
        return connectors.filtered(lambda c: c.system == self.owner) or connectors
