# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.messages import Item
from odoo.addons.integration_core.models.presentation.common import selection_label


class IntegrationEntitySubscription(models.AbstractModel):
    """What happened to a subscription, as sentences in its chatter."""

    _inherit = "integration.entity.subscription"

    @api.model
    def _tell(self, connector, items: list[Item], records: dict, before: dict) -> None:
        """One note for each record that something worth telling happened to.

        :param before: record id → (plan, its price a month) as they were
        """
        bodies = {}
        for item in items:
            record = records[item.res_id]
            said = self._story(connector, item, record, before.get(record.id))
            if said:
                bodies[record.id] = Markup("<br>").join(said)
        if bodies:
            self.env[self._record_model].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _story(self, connector, item: Item, record, before: tuple | None) -> list:
        if item.operation == "create":
            return [self._beginning(connector, item)]
        changed = item.diff.keys()
        said = []
        if "line_ids" in changed and before:
            said.append(self._plan_change(record, *before))
        if "status" in changed:
            said.append(
                self.env._(
                    "%(before)s → %(after)s",
                    before=dict(record._fields["status"].selection).get(
                        item.diff["status"][0], ""
                    ),
                    after=selection_label(record, "status"),
                )
            )
        if changed & {"cancel_at_period_end", "cancel_at"} and not record.ended_at:
            said.append(self._ending(record))
        if "pause_invoices" in changed:
            said.append(self._pausing(record))
        return [text for text in said if text]

    @api.model
    def _beginning(self, connector, item: Item) -> Markup:
        url = connector._adapter()._remote_url(
            connector, self._entity, item.external_id
        )
        link = (
            Markup('<a href="%s" target="_blank" rel="noopener">%s</a>')
            % (url, item.external_id)
            if url
            else Markup("%s") % item.external_id
        )
        return self.env._(
            "Mirrored from %(system)s: %(link)s.", system=connector.name, link=link
        )

    @api.model
    def _plan_change(self, record, plan: str, month) -> str:
        """Upgrade or downgrade, by what it costs in a month."""
        now = record._lines_a_month()
        words = {
            "before": plan,
            "after": record.name,
            "old": format_amount(self.env, float(month), record.currency_id),
            "new": format_amount(self.env, float(now), record.currency_id),
        }
        if now > month:
            text = self.env._(
                "Upgrade: %(before)s (%(old)s a month) → %(after)s (%(new)s)."
            )
        elif now < month:
            text = self.env._(
                "Downgrade: %(before)s (%(old)s a month) → %(after)s (%(new)s)."
            )
        elif plan != record.name:
            text = self.env._("Plan: %(before)s → %(after)s.")
        else:
            return ""
        return text % words

    @api.model
    def _ending(self, record) -> str:
        if not record.ends_at:
            return self.env._("The cancellation was taken back: it goes on.")
        words = {
            "day": format_date(self.env, record.ends_at),
            "reason": record.cancel_reason or "",
        }
        if record.cancel_reason:
            return self.env._("Cancelled: it ends on %(day)s. %(reason)s", **words)
        return self.env._("Cancelled: it ends on %(day)s.", **words)

    @api.model
    def _pausing(self, record) -> str:
        if not record.pause_invoices:
            return self.env._("Collection goes on.")
        words = {
            "what": selection_label(record, "pause_invoices"),
            "day": record.resumes_at and format_date(self.env, record.resumes_at),
        }
        if record.resumes_at:
            return self.env._("Collection is paused until %(day)s: %(what)s.", **words)
        return self.env._("Collection is paused: %(what)s.", **words)
