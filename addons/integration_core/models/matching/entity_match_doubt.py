# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...engine.errors import DuplicateCandidateError
from ...messages import Item


class IntegrationEntityUpsert(models.AbstractModel):
    """What a person is asked where matching does not decide, and what they decided."""

    _inherit = "integration.entity.upsert"

    # === DOUBT === #

    @api.model
    def _doubt(self, item: Item, rule, rules, own: dict, records):
        """Why these records are for a person, as an error; None where one is linked.

        :param rule: the rule that found them
        :param own: key → normal form of what the message says
        """
        if len(records) > 1:
            return self._several(item, rule, records)
        if not rule.verified:
            other = self._contradiction(records, rules, own)
            if other:
                return self._contradicted(item, rule, other, records)
        if rule.binds:
            return None
        return self._unproved(item, rule, records)

    @api.model
    def _several(self, item: Item, rule, records) -> DuplicateCandidateError:
        """The error for a person: which records could be meant, and by what."""
        return self._candidates(
            item,
            rule,
            records,
            self.env._(
                "%(count)s records could be meant: %(names)s all have %(value)s.",
                count=len(records),
                names=", ".join(records[:4].mapped("display_name")),
                value=self._identity_value(item, rule.key, rule.field),
            ),
        )

    @api.model
    def _contradicted(self, item: Item, rule, other, records):
        return self._candidates(
            item,
            rule,
            records,
            self.env._(
                "%(name)s has the same %(key)s (%(value)s), but another %(other)s.",
                name=records.display_name,
                key=self._identity_label(rule),
                value=self._identity_value(item, rule.key, rule.field),
                other=self._identity_label(other),
            ),
        )

    @api.model
    def _unproved(self, item: Item, rule, records) -> DuplicateCandidateError:
        words = {
            "name": records.display_name,
            "key": self._identity_label(rule),
            "value": self._identity_value(item, rule.key, rule.field),
        }
        message = self.env._("%(name)s has the same %(key)s (%(value)s).", **words)
        if rule.guarded:
            message = self.env._(
                "%(name)s has the same %(key)s (%(value)s). Where money moves that "
                "alone does not prove who it is.",
                **words,
            )
        return self._candidates(item, rule, records, message)

    @api.model
    def _candidates(self, item: Item, rule, records, message: str):
        return DuplicateCandidateError(
            message,
            hint=self.env._(
                "We do not guess. Choose the record that is meant, or let a new one "
                "be made; the message then goes on by itself."
            ),
            details={
                "model": self._record_model,
                "ids": records.ids,
                "key": rule.key,
                # One merge may solve it for every object that means these records.
                "cause": f"match:{self._record_model}:{_numbers(records.ids)}",
                "incoming": self._incoming(item, rule),
            },
        )

    @api.model
    def _incoming(self, item: Item, rule) -> dict:
        """What the message says about every key, for the one who compares."""
        keys = {key: identity.field for key, identity in self._identity_keys().items()}
        keys[rule.key] = rule.field
        said = {
            key: str(self._identity_value(item, key, field) or "")
            for key, field in keys.items()
        }
        said = {key: value for key, value in said.items() if value}
        return {"country": self._identity_country(item), "values": said}

    # === DECISIONS === #

    @api.model
    def _follow_decisions(self, connector, items: list[Item]) -> list[Item]:
        """Apply what people decided about these objects.

        :return: the items nobody decided about
        """
        if not items:
            return items
        decided = self.env["integration.match.review"]._decisions(
            connector, self._entity, [item.external_id for item in items]
        )
        if not decided:
            return items
        chosen = {res_id for decision, res_id in decided.values() if res_id}
        alive = self.env[self._record_model].browse(chosen).exists()
        bound = self.env["integration.external.id"]._bound_ids(
            connector, self._entity, self._record_model, alive.ids
        )
        rest = []
        for item in items:
            decision, res_id = decided.get(item.external_id, ("", 0))
            if decision == "link" and res_id not in alive._ids:
                # The chosen record is gone: then the question is open again.
                decision = ""
            if not decision:
                rest.append(item)
            elif decision == "link":
                item.res_id, item.operation = res_id, "link"
                item.matched = self.env._("a person's decision")
                item.alias = res_id in bound
                bound.add(res_id)
        return rest


def _numbers(ids: list[int]) -> str:
    """Ids as a short text, the same for the same records."""
    return ",".join(map(str, sorted(ids)[:10]))
