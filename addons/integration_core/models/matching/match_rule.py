# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ...engine.normalise import NORMALISERS

CUSTOM = "custom"


class MatchPlan(NamedTuple):
    """A rule as matching needs it, for one connector; read once per process.

    :param key: name of the identity key, or ``custom.<field>``
    :param field: Odoo field that is compared
    :param normaliser: name in ``engine.normalise.NORMALISERS``
    :param verified: nobody can type somebody else's value
    :param binds: one record that agrees is linked without asking
    :param guarded: it would bind, were it not for the money that moves
    """

    key: str
    field: str
    normaliser: str
    verified: bool
    binds: bool
    guarded: bool


class IntegrationMatchRule(models.Model):
    """One key by which an object of another system is recognised in Odoo.

    The rules of an entity are tried in their order. The first one by which free records
    are found decides: exactly one is linked, several go to a person.
    """

    _name = "integration.match.rule"
    _description = "Match Rule"
    _inherit = ["mail.thread"]
    _order = "entity, sequence, id"

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    entity = fields.Selection(
        selection="_selection_entity", string="What it is", required=True
    )
    key = fields.Selection(
        selection="_selection_key", required=True, string="Compared by", tracking=True
    )
    custom_field = fields.Char(
        string="Custom field",
        help="Technical name of a field of the Odoo record that a mapping fills as "
        "custom.<field>.",
    )
    normaliser = fields.Selection(
        [
            ("exact", "Exactly"),
            ("reference", "Without capitals and separators"),
            ("vat", "As tax numbers"),
            ("email", "As e-mail addresses"),
            ("phone", "As telephone numbers"),
            ("domain", "As web addresses"),
            ("name", "As names"),
        ],
        string="Compared how",
        compute="_compute_of_key",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
    )
    verified = fields.Boolean(
        compute="_compute_of_key",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Nobody can give somebody else's value: a tax number, a number that one "
        "of the two systems gave. An e-mail address that customers type themselves is "
        "not verified.",
    )
    decides = fields.Selection(
        [("bind", "Link it"), ("ask", "Ask a person")],
        string="If one record agrees",
        default="bind",
        required=True,
        tracking=True,
    )
    money = fields.Selection(
        [("ask", "Ask a person"), ("bind", "Link it")],
        string="Where money moves",
        default="ask",
        required=True,
        tracking=True,
        help="For a key that is not verified, on a connector with a flow of documents "
        "or payments. Somebody who types another customer's address would get that "
        "customer's invoices.",
    )
    connector_id = fields.Many2one(
        "integration.connector",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: every connector. A rule of a connector goes before the general "
        "one of the same key.",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    note = fields.Char(string="Why")

    _key_uniq = models.UniqueIndex(
        "(entity, key, COALESCE(custom_field, ''), COALESCE(connector_id, 0), "
        "COALESCE(company_id, 0)) WHERE active",
        "There is such a rule already.",
    )

    @api.model
    def _selection_entity(self):
        return self.env["integration.entity"]._matched_selection()

    @api.model
    def _selection_key(self):
        """Every key that any entity knows, each name once."""
        entities = self.env["integration.entity"]
        labels = {}
        for entity, _label in entities._matched_selection():
            for key, identity in entities._for(entity)._identity_keys().items():
                labels.setdefault(key, identity.label)
        return [*labels.items(), (CUSTOM, self.env._("Another field"))]

    @api.depends("entity", "key", "custom_field")
    def _compute_name(self):
        entities = dict(self._fields["entity"]._description_selection(self.env))
        keys = dict(self._fields["key"]._description_selection(self.env))
        for rule in self:
            by = rule.custom_field if rule.key == CUSTOM else keys.get(rule.key, "")
            entity = entities.get(rule.entity, rule.entity or "")
            rule.name = ": ".join(filter(None, (entity, by)))

    @api.depends("name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.name

    @api.depends("entity", "key")
    def _compute_of_key(self):
        """What the entity knows about the key; a person may change it."""
        for rule in self:
            identity = rule._identity()
            rule.normaliser = identity.normaliser if identity else "reference"
            rule.verified = bool(identity and identity.verified)

    @api.constrains("entity", "key", "custom_field", "decides", "normaliser")
    def _check_key(self):
        for rule in self:
            if rule.key == CUSTOM:
                rule._check_custom_field()
                continue
            identity = rule._identity()
            if identity is None:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: this kind of record has no such key. Choose another "
                        "one.",
                        rule=rule.name,
                    )
                )
            if identity.hint and rule.decides == "bind":
                raise ValidationError(
                    self.env._(
                        "%(rule)s says too little to link records by itself; many "
                        "records share it. Let it ask a person.",
                        rule=rule.name,
                    )
                )

    def _check_custom_field(self):
        model = self.env["integration.entity"]._for(self.entity)
        field = self.env[model._record_model]._fields.get(self.custom_field or "")
        if not model._custom_allowed(field) or field.type != "char":
            raise ValidationError(
                self.env._(
                    "“%(field)s” cannot be compared. Choose a text field that is "
                    "stored and that a mapping may fill.",
                    field=self.custom_field or "",
                )
            )

    @api.constrains("connector_id", "company_id")
    def _check_company(self):
        for rule in self:
            company = rule.connector_id.company_id
            if rule.company_id and company and rule.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(connector)s belongs to %(company)s.",
                        connector=rule.connector_id.name,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._require_manager()
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        self._require_manager()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._require_manager()
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _require_manager(self) -> None:
        """:raises AccessError: what links itself to whom is for managers alone"""
        if not self.env.su and not self.env.user.has_group(
            "integration_core.group_manager"
        ):
            raise AccessError(
                self.env._("Only managers of Integrations change how records match.")
            )

    def _identity(self):
        """What the entity says about the key, or None."""
        self.ensure_one()
        model = self.env["integration.entity"]._for(self.entity or "")
        if model is None or not hasattr(model, "_identity_keys"):
            return None
        return model._identity_keys().get(self.key)

    # === COMPILED === #

    @api.model
    @tools.ormcache("connector.id", "entity")
    def _compiled(self, connector, entity: str) -> list[MatchPlan]:
        """The rules for one entity of one connector, in the order they are tried."""
        rules = self.sudo().search(
            [
                ("entity", "=", entity),
                ("connector_id", "in", [False, connector.id]),
                ("company_id", "in", [False, connector.company_id.id]),
            ]
        )
        special: dict = {}
        for rule in rules:
            key = (rule.key, rule.custom_field if rule.key == CUSTOM else "")
            best = special.setdefault(key, rule)
            if rule._specific() > best._specific():
                special[key] = rule
        money = connector._moves_money()
        return [
            rule._plan(money)
            for rule in rules
            if rule in special.values() and rule.normaliser in NORMALISERS
        ]

    def _specific(self) -> tuple:
        """How narrow a rule is: that of a connector goes before that of a company."""
        return bool(self.connector_id), bool(self.company_id)

    def _plan(self, money: bool) -> MatchPlan:
        self.ensure_one()
        custom = self.key == CUSTOM
        guarded = money and not self.verified and self.money == "ask"
        return MatchPlan(
            key=f"{CUSTOM}.{self.custom_field}" if custom else self.key,
            field=self.custom_field if custom else self._identity().field,
            normaliser=self.normaliser,
            verified=self.verified,
            binds=self.decides == "bind" and not guarded,
            guarded=self.decides == "bind" and guarded,
        )
