# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from stdnum.util import get_cc_module

from odoo import api, models, tools

from ...messages import Item


class IntegrationEntityPartner(models.AbstractModel):
    """What customers and contacts have in common: they are partners in Odoo."""

    _name = "integration.entity.partner"
    _inherit = "integration.entity.upsert"
    _description = "Entity on contacts"
    _record_model = "res.partner"

    # Canonical key → Odoo field, for values that are taken over as they are.
    _plain_fields = {
        "email": "email",
        "phone": "phone",
        "note": "comment",
    }

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration.entity.upsert`."""
        record = item.canonical
        values = {
            field: record[key] or False
            for key, field in self._plain_fields.items()
            if key in record
        }
        if record.get("name"):
            values["name"] = record["name"]
        if "active" in record:
            values["active"] = record["active"]
        if "language" in record:
            values |= self._language_values(item)
        return values

    @api.model
    def _new_values(self, item: Item) -> dict:
        """Override of `integration.entity.upsert`: Odoo wants a name."""
        if item.vals.get("name"):
            return {}
        return {"name": item.vals.get("email") or item.external_id}

    @api.model
    def _language_values(self, item: Item) -> dict:
        """The installed language that fits best: exact, else the same language."""
        tag = item.canonical["language"]
        if not tag:
            return {"lang": False}
        installed = self._languages()
        code = installed.get(tag.lower()) or installed.get(tag.split("-")[0].lower())
        if code:
            return {"lang": code}
        self._note_once(
            item,
            "language",
            tag,
            self.env._(
                "The language %(language)s is not installed in Odoo.", language=tag
            ),
        )
        return {}

    @api.model
    def _address_values(self, item: Item, address: dict) -> dict:
        """Odoo's address fields of one canonical address; absent keys clear."""
        country_id = self._country_id(item, address.get("country"))
        return {
            "street": address.get("line1") or False,
            "street2": address.get("line2") or False,
            "city": address.get("city") or False,
            "zip": address.get("postal_code") or False,
            "country_id": country_id,
            "state_id": self._state_id(item, country_id, address.get("region")),
        }

    @api.model
    def _country_id(self, item: Item, code: str | None):
        if not code:
            return False
        country_id = self._countries().get(code)
        if not country_id:
            self._note_once(
                item,
                "country",
                code,
                self.env._("The country %(code)s is not known in Odoo.", code=code),
            )
        return country_id or False

    @api.model
    def _state_id(self, item: Item, country_id, region: str | None):
        """A state by its code or its name; what is not known is said, not lost."""
        if not region or not country_id:
            return False
        states = self._states().get(country_id, {})
        # ISO 3166-2 writes US-CA, most systems write CA or California.
        key = region.strip().lower()
        found = states.get(key) or states.get(key.split("-", 1)[-1])
        if not found and states:
            self._note_once(
                item,
                "state",
                region,
                self.env._(
                    "The state “%(region)s” is not known in Odoo and was left out.",
                    region=region,
                ),
            )
        return found or False

    @api.model
    def _valid_vat(self, number: str, country: str | None) -> str:
        """A VAT number in Odoo's form, or '' when it is not valid.

        Checked offline with python-stdnum, by the country given or by the number's
        own prefix; a country without a rule is taken as it is.
        """
        compact = "".join(ch for ch in number.upper() if ch.isalnum())
        prefix = "GR" if compact[:2] == "EL" else compact[:2]
        code = (country or (prefix if prefix.isalpha() else "")).lower()
        module = get_cc_module(code, "vat") if code else None
        if module is None:
            return compact
        if not module.is_valid(compact):
            return ""
        return compact if compact[:2].isalpha() else f"{code.upper()}{compact}"

    # === CACHED REFERENCE DATA === #

    @api.model
    @tools.ormcache()
    def _countries(self) -> dict:
        """ISO alpha-2 → id."""
        countries = self.env["res.country"].sudo().search_fetch([], ["code"])
        return {country.code: country.id for country in countries}

    @api.model
    @tools.ormcache()
    def _states(self) -> dict:
        """Country id → code or name in small letters → id."""
        found: dict = {}
        states = self.env["res.country.state"].sudo()
        for state in states.search_fetch([], ["code", "name", "country_id"]):
            by_word = found.setdefault(state.country_id.id, {})
            by_word[state.name.lower()] = state.id
            by_word[state.code.lower()] = state.id
        return found

    @api.model
    @tools.ormcache()
    def _languages(self) -> dict:
        """BCP 47 tag in small letters, and bare language → installed Odoo code."""
        found = {}
        for code, _name in self.env["res.lang"].get_installed():
            tag = code.replace("_", "-").lower()
            found[tag] = code
            found.setdefault(tag.split("-")[0], code)
        return found
