# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.normalise import NORMALISERS, PHONE_TAIL

# What the database compares, by normaliser; ``narrow`` in engine.normalise gives the
# same for a normal form. What is matched has indexes on these very expressions.
EXPRESSIONS = {
    "exact": "btrim(%s)",
    "reference": "lower(regexp_replace(%s, '[^[:alnum:]]', '', 'g'))",
    "vat": "regexp_replace(upper(regexp_replace(%s, '[^A-Za-z0-9]', '', 'g')), "
    "'^[A-Z]{2}', '')",
    "email": "%s",
    "phone": "right(regexp_replace(%s, '[^0-9]', '', 'g'), " + f"{PHONE_TAIL})",
    # Without scheme; then without path, user and port; then without www.
    "domain": "regexp_replace(btrim(regexp_replace(regexp_replace(regexp_replace("
    "lower(btrim(%s)), '^[a-z][a-z0-9+.-]*://', ''), '[/?#].*$', ''), "
    "'^.*@|:.*$', '', 'g'), '.'), '^(www[.])+', '')",
    # Accents are marks of their own in this form; what casefold of Python's does
    # besides: sharp s, and the sigma at the end of Greek words.
    "name": "lower(regexp_replace(translate(replace(replace(normalize(%s, NFKD), "
    "'ß', 'ss'), 'ẞ', 'ss'), 'ς', 'σ'), '[^[:alnum:]]', '', 'g'))",
}
# Records that one key may bring; a key that finds more identifies nothing.
MAX_FOUND = 2000


def match_index(column: str, normaliser: str):
    """An index on what matching compares, for a model whose records are matched.

    Not a partial one: PostgreSQL leaves its statistics aside, takes every value for
    one that many share, and reads the whole table for a batch.
    """
    return models.Index(f"(({EXPRESSIONS[normaliser] % column}))")


class IntegrationEntityUpsert(models.AbstractModel):
    """Finds records by normalised keys: one query a key, whatever the batch."""

    _inherit = "integration.entity.upsert"

    @api.model
    def _search_keys(self, rules, values: list[dict]) -> dict:
        """Key → normal form → ids of the records that have it.

        :param rules: compiled rules (`integration.match.rule`)
        :param values: for each message key → normal form
        """
        found = {}
        for rule in rules:
            wanted = {own[rule.key] for own in values if rule.key in own}
            if wanted:
                found[rule.key] = self._search_key(rule, wanted, rules)
        return found

    @api.model
    def _search_key(self, rule, wanted: set, rules) -> dict:
        """The database narrows down, the normaliser decides."""
        narrow = NORMALISERS[rule.normaliser].narrow
        narrowed = tuple({narrow(value) for value in wanted})
        model = self.env[self._record_model].with_context(active_test=False)

        def condition(records, alias, query):
            column = records._field_to_sql(alias, rule.field, query)
            return SQL("%s IN %s", SQL(EXPRESSIONS[rule.normaliser], column), narrowed)

        names = list({r.field for r in rules} | {"display_name"})
        records = model.search_fetch(
            Domain(self._match_domain()) & Domain.custom(to_sql=condition),
            names,
            order="id",
            limit=MAX_FOUND,
        )
        found: dict = {}
        for record in records:
            value = self._normal_of(record, rule)
            if value in wanted:
                found.setdefault(value, []).append(record.id)
        return found
