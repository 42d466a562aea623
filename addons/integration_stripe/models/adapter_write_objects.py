# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    MappingError,
    PermanentError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from odoo.addons.integration_core.messages import Outgoing

from .. import const, forms, shapes
from .adapter_write import Answer, in_doubt

# What a price is for good (docs.stripe.com/api/prices/update names what is not).
FIXED = ("product", "currency", "unit_amount_decimal", "recurring")
# What of it may change.
CHANGEABLE = ("active", "nickname", "metadata")


class IntegrationAdapterStripe(models.AbstractModel):
    """Writing products and prices."""

    _inherit = "integration.adapter.stripe"

    # === PRODUCTS === #

    @api.model
    def _create_product(self, client, outgoing: Outgoing, key: str) -> Answer:
        form = self._marked(outgoing.record, outgoing)
        return self._post(client, const.PATHS["product"][0], form, key)

    @api.model
    def _update_product(self, client, outgoing: Outgoing, key: str) -> Answer:
        path = self._object_path("product", outgoing.external_id)
        return self._post(client, path, outgoing.record, key)

    @api.model
    def _delete_product(self, client, outgoing: Outgoing, key: str) -> None:
        """Ended, not deleted: Stripe keeps a product that ever had a price."""
        path = self._object_path("product", outgoing.external_id)
        self._post(client, path, {"active": False}, key)

    # === PRICES === #

    @api.model
    def _create_price(self, client, outgoing: Outgoing, key: str) -> Answer:
        form = self._price_form(outgoing.record)
        return self._post(
            client, const.PATHS["price"][0], self._marked(form, outgoing), key
        )

    @api.model
    def _update_price(self, client, outgoing: Outgoing, key: str) -> Answer:
        """What a price costs never changes: a new amount is a new price.

        The old one ends; documents of the past keep it.
        """
        path = self._object_path("price", outgoing.external_id)
        answer = Answer(
            *self._read(client, const.PATHS["price"][0], outgoing.external_id)
        )
        current = answer.record
        self._check_plain(current)
        form = self._price_form(outgoing.record)
        if form.get("recurring") and current.get("recurring"):
            form["recurring"] = {**_kept(current)["recurring"], **form["recurring"]}
        wanted = {name: form[name] for name in FIXED if name in form}
        if all(_same(name, value, current) for name, value in wanted.items()):
            changes = {name: form[name] for name in CHANGEABLE if name in form}
            return self._post(client, path, changes, key) if changes else answer
        ending = form.get("active") is False
        if ending and current.get("active") is False:
            return self._post(client, path, {"active": False}, key)
        new = {**_kept(current), **form, "active": not ending}
        made = self._post(
            client, const.PATHS["price"][0], self._marked(new, outgoing), key
        )
        self._end_price(client, outgoing, path, f"{key}-end{outgoing.attempts}")
        return made

    @api.model
    def _end_price(self, client, outgoing: Outgoing, path: str, key: str) -> None:
        """End a price that another one has replaced already.

        :raises engine.errors.UnknownOutcomeError: not now; all is repeated with the
            same keys, or the next attempt would make one more price
        """
        try:
            self._post(client, path, {"active": False}, key)
        except UnknownOutcomeError:
            raise
        except (RateLimitedError, TransientError) as error:
            raise in_doubt(error) from error
        except PermanentError as error:
            # Stripe keeps, for example, the default price of a product.
            outgoing.notes.append(
                self.env._(
                    "The price that it replaces could not be ended: %(why)s",
                    why=error.message,
                )
            )

    @api.model
    def _delete_price(self, client, outgoing: Outgoing, key: str) -> None:
        """Ended: Stripe deletes no price."""
        path = self._object_path("price", outgoing.external_id)
        self._post(client, path, {"active": False}, key)

    @api.model
    def _check_plain(self, current: dict) -> None:
        """:raises engine.errors.BusinessRuleError: one that Odoo knows a part of"""
        if current.get("billing_scheme") != "tiered" and not current.get(
            "transform_quantity"
        ):
            return
        raise BusinessRuleError(
            self.env._(
                "This price has several amounts at Stripe, by quantity or for a "
                "package. Odoo would replace it by a single one."
            ),
            hint=self.env._("Change it at Stripe, then skip this message."),
        )

    @api.model
    def _price_form(self, record: dict) -> dict:
        """A mapped record as a form, the amount in minor units.

        :raises engine.errors.MappingError: the amount is no money
        """
        form = {name: value for name, value in record.items() if name != "amount"}
        try:
            if record.get("amount"):
                amount = forms.minor(record["amount"], "amount")
                form["unit_amount_decimal"] = f"{amount:f}"
        except forms.MISSHAPEN as error:
            raise MappingError(
                self.env._("The mapping gives an amount that is no money."),
                hint=self.env._("Its source must be an amount with its currency."),
                path="amount",
            ) from error
        if "recurring" in form:
            recurring = form["recurring"] or {}
            form["recurring"] = forms.said(recurring) or None
        return form


def _same(name: str, wanted, current: dict) -> bool:
    """Whether a price has a value already."""
    now = current.get(name)
    if name == "product":
        return wanted == shapes.identifier(now)
    if name == "recurring":
        return _period(wanted) == _period(now)
    if name == "unit_amount_decimal":
        return wanted == shapes.plain_decimal(now, name)
    return wanted == now


def _period(recurring) -> tuple:
    recurring = recurring or {}
    return recurring.get("interval"), recurring.get("interval_count")


def _kept(current: dict) -> dict:
    """What a price that replaces another takes over of it."""
    recurring = current.get("recurring")
    kept = {
        "product": shapes.identifier(current.get("product")),
        "currency": current.get("currency"),
        "unit_amount_decimal": current.get("unit_amount_decimal"),
        "nickname": current.get("nickname"),
        "tax_behavior": current.get("tax_behavior"),
    }
    if recurring:
        names = ("interval", "interval_count", "usage_type", "meter")
        kept["recurring"] = {name: recurring.get(name) for name in names}
    return kept
