# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...engine import canonical
from ...messages import Item
from .pipeline import by_entity


class IntegrationPipeline(models.AbstractModel):
    """Which of several messages about one object counts. Order is promised by nobody.

    Versions are compared as text, see ``engine.versions``: older never overwrites
    newer, equal content is nothing to do, and an equal version with other content
    cannot be decided here, so the object is read again.
    """

    _inherit = "integration.pipeline"

    @api.model
    def _arrange(self, connector, adapter, items: list[Item], fresh: dict) -> None:
        """Leave out what is old or known: one query an entity."""
        for entity, group in by_entity(items).items():
            links = self.env["integration.external.id"]._find(
                connector, entity, [item.external_id for item in group]
            )
            roles: dict[str, dict] = {}
            for (external_id, role), link in links.items():
                roles.setdefault(external_id, {})[role] = link
            version = self.env["integration.schema"]._live_version(entity)
            for item in group:
                item.links = roles.get(item.external_id, {})
                item.link = item.links.get("")
                ended = item.source.merged_into or item.source.deleted
                item.digest = canonical.digest(
                    item.source.record, ended, item.flow.token, version
                )
            self._newest_only(adapter, group, fresh)
            self._drop_known(adapter, group, fresh)
            self._drop_overtaken(connector, adapter, entity, group, fresh)

    @api.model
    def _newest_only(self, adapter, group: list[Item], fresh: dict) -> None:
        """Of several snapshots of one object in the batch only the newest counts."""
        newest: dict[str, Item] = {}
        for item in group:
            if item.kind != "state":
                continue
            best = newest.setdefault(item.external_id, item)
            if best is item:
                continue
            if item.source.version < best.source.version:
                item.supersede(best)
                continue
            tie = item.source.version == best.source.version
            best.supersede(item)
            newest[item.external_id] = item
            if tie and item.event_id not in fresh:
                item.tie = best.tie or item.digest != best.digest
        for item in newest.values():
            if item.tie and item.open and adapter._can_fetch:
                item.fetch()

    @api.model
    def _drop_known(self, adapter, group: list[Item], fresh: dict) -> None:
        """Compare with what is bound: older, equal, or undecidable."""
        for item in group:
            link = item.link
            if not item.open or link is None or item.kind != "state":
                continue
            known = link.version or ""
            if item.digest == link.digest and not item.forced:
                older = item.source.version < known
                item.skip("stale" if older else "no_change")
            elif item.event_id in fresh:
                self._date_fresh(item, known)
            elif item.source.version <= known:
                self._settle_doubt(adapter, item, known)

    @api.model
    def _settle_doubt(self, adapter, item: Item, known: str) -> None:
        """Other content, not newer: old, or a tie that only the peer can decide.

        What we read ourselves carries the peer's clock in whole seconds, so it is read
        again rather than called old.
        """
        doubtful = item.was_read or item.source.version == known
        if doubtful and adapter._can_fetch:
            item.fetch()
        elif item.source.version < known:
            item.skip("stale")

    @api.model
    def _date_fresh(self, item: Item, known: str) -> None:
        """What was just read, while its lane was held, is the newest truth.

        Its version is the peer's clock in whole seconds and may lie behind that of a
        message of the same second; it must not make the reading look old.
        """
        item.source.version = max(item.source.version, known, item.version or "")

    @api.model
    def _drop_overtaken(self, connector, adapter, entity, group, fresh) -> None:
        """An unbound object may have newer history: a deletion that came first."""
        unbound = [i for i in group if i.open and i.link is None and i.kind == "state"]
        if not unbound:
            return
        # One look-up an object, whatever the planner knows: before a table's first
        # ANALYZE it would read all messages of the connector for "= ANY".
        self.env.cr.execute(
            """
            SELECT k.external_id, (
                   SELECT max(e.version) FROM integration_event e
                    WHERE e.connector_id = %s AND e.entity = %s
                      AND e.external_id = k.external_id AND e.direction = 'in'
                      AND e.state IN ('done', 'skipped', 'cancelled'))
              FROM unnest(%s) AS k (external_id)
            """,
            (connector.id, entity, [item.external_id for item in unbound]),
        )
        newest = dict(self.env.cr.fetchall())
        for item in unbound:
            known = newest.get(item.external_id) or ""
            if item.event_id in fresh:
                self._date_fresh(item, known)
            elif known and item.source.version <= known:
                self._settle_doubt(adapter, item, known)
            if item.open and item.source.deleted and not item.source.merged_into:
                item.skip("no_change", self.env._("It was never linked to Odoo."))
