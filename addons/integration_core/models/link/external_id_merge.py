# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, models


class Merged(NamedTuple):
    """What became of an object that its peer merged into another one.

    :param model, res_id: the record both objects lead to now; empty: neither is linked
    :param apart: id of a second record that stood for the object, or 0
    :param taken_over: the other object was not known and took the record over
    """

    model: str = ""
    res_id: int = 0
    apart: int = 0
    taken_over: bool = False


class IntegrationExternalId(models.Model):
    """Links follow a merge, on whichever side it was made."""

    _inherit = "integration.external.id"

    # === A MERGE IN ODOO === #

    @api.model
    def _carry_over(self, sources, target) -> None:
        """Point the links of merged records to the one that survives.

        A role that the survivor has already for the same connector and entity stays its
        primary; the carried ones become aliases. Messages that are on their way, and
        questions about who is meant, follow.
        """
        sources -= target
        if not sources:
            return
        self.env["integration.merged.record"]._note(
            target._name, sources.ids, target.id
        )
        links = self.sudo().search(
            [("model", "=", target._name), ("res_id", "in", (sources | target).ids)]
        )
        carried = links.filtered(lambda x: x.res_id != target.id)
        taken = {
            (link.connector_id, link.entity, link.role)
            for link in links - carried
            if link.primary
        }
        # A primary goes first: it stays one where the survivor had none.
        for link in carried.sorted(lambda x: (not x.primary, x.id)):
            key = (link.connector_id, link.entity, link.role)
            alone = link.primary and key not in taken
            link.write({"res_id": target.id, "primary": alone})
            if alone:
                taken.add(key)
        carried._log_carried(target)
        carried._carry_messages(sources.ids, target)
        self._wake_who_waited(sources)
        self._send_survivor(target)
        self.env["integration.match.review"]._carry_over(sources, target)

    def _log_carried(self, target) -> None:
        """Who merged, and what leads to the survivor now, in the sync log."""
        logs = self.env["integration.job.log"]
        for connector, links in self.grouped("connector_id").items():
            logs._append(
                connector,
                [
                    {
                        "operation": "link",
                        "message": self.env._(
                            "Merged in Odoo: it leads to %(name)s now.",
                            name=target.display_name,
                        ),
                        "entity": link.entity,
                        "external_id": link.external_id,
                        "model": target._name,
                        "res_id": target.id,
                        "document_name": target.display_name,
                        "actor_id": self.env.uid,
                    }
                    for link in links
                    if not link.role
                ],
            )

    def _carry_messages(self, source_ids: list[int], target) -> None:
        """Let the messages of these objects open the record that survives."""
        self.env.flush_all()
        for link in self:
            self.env.cr.execute(
                """
                UPDATE integration_event SET res_id = %s
                 WHERE connector_id = %s AND entity = %s AND external_id = %s
                   AND model = %s AND res_id = ANY(%s)
                """,
                (
                    target.id,
                    link.connector_id.id,
                    link.entity,
                    link.external_id,
                    target._name,
                    source_ids,
                ),
            )
        if self:
            self.env["integration.event"].invalidate_model(["res_id"], flush=False)

    @api.model
    def _wake_who_waited(self, sources) -> None:
        """Outgoing messages that wait for a merged record refer to the survivor now."""
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
             WHERE direction = 'out' AND state = 'waiting'
               AND split_part(waiting_for, ':', 2) = ANY(%s)
            RETURNING connector_id
            """,
            ([f"{sources._name},{id_}" for id_ in sources.ids],),
        )
        connectors = {row[0] for row in self.env.cr.fetchall()}
        if connectors:
            self.env["integration.event"].invalidate_model(flush=False)
            self.env["integration.outbound"]._wake_after_commit(connectors)

    @api.model
    def _send_survivor(self, target) -> None:
        """Where the record goes out, its content after the merge is sent.

        The messages of merged records end with them; what they would have said is in
        the survivor now. Equal content is nothing to send.
        """
        if not isinstance(target, self.pool["integration.tracked"]):
            return
        wanted = [flow for flow in target._integration_subscriptions() if flow.main]
        self.env["integration.outbound"]._note_created(target, wanted)

    # === A MERGE AT THE PEER === #

    @api.model
    def _alias(self, connector, entity: str, loser: str, winner: str) -> Merged:
        """The peer merged one object into another: both lead to one record from now on.

        Records are never merged by this; where there are two, a person does that.

        :param loser: external id of the object that is gone
        :param winner: external id of the one it went into
        """
        links = self._find(connector, entity, [loser, winner])
        lost, kept = links.get((loser, "")), links.get((winner, ""))
        if kept is None and lost is None:
            return Merged()
        if kept is None:
            self._demote(connector, entity, lost, lost.res_id)
            self._bind_alias(connector, entity, winner, lost, primary=True)
            return Merged(lost.model, lost.res_id, taken_over=True)
        if lost is None:
            self._bind_alias(connector, entity, loser, kept, primary=False)
            return Merged(kept.model, kept.res_id)
        apart = lost.res_id if lost.res_id != kept.res_id else 0
        self._demote(connector, entity, lost, kept.res_id, kept.id)
        return Merged(kept.model, kept.res_id, apart=apart)

    @api.model
    def _demote(self, connector, entity, lost, res_id: int, but: int = 0) -> None:
        """All objects that led to the lost one's record lead to another, as aliases."""
        self.env.cr.execute(
            """
            UPDATE integration_external_id SET res_id = %s, "primary" = false
             WHERE connector_id = %s AND entity = %s AND role = ''
               AND model = %s AND res_id = %s AND id <> %s
            """,
            (res_id, connector.id, entity, lost.model, lost.res_id, but),
        )
        self.invalidate_model(flush=False)

    @api.model
    def _bind_alias(self, connector, entity, external_id, link, primary) -> None:
        row = {
            "entity": entity,
            "external_id": external_id,
            "model": link.model,
            "res_id": link.res_id,
            "primary": primary,
        }
        self._bind(connector, [row])

    @api.model
    def _remember(self, connector, item) -> None:
        """Keep how new the merge was: the same message again is nothing to do."""
        self.env.cr.execute(
            """
            UPDATE integration_external_id SET version = %s, digest = %s
             WHERE connector_id = %s AND entity = %s AND external_id = %s AND role = ''
            """,
            (
                item.source.version,
                item.digest,
                connector.id,
                item.entity,
                item.external_id,
            ),
        )
