# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Page, Source

from .common import CoreCase


class TestPage(CoreCase):
    """What must hold for the objects of a page, which share one event."""

    def _page(self, *records, at=100):
        page = Page([(r["id"], r) for r in records], "", versions.from_unix(at))
        adapter = self.connector._adapter()
        self.patch(
            self.registry[adapter._name],
            "_page_source",
            lambda adapter, connector, entity, record, page: Source(
                {k: v for k, v in record.items() if k != "id"}, page.version
            ),
        )
        return self.flow._apply_page(self.connector, adapter, page, "")

    def test_each_object_is_matched_by_its_own_keys(self):
        partners = self.env["res.partner"].create(
            [{"name": n, "email": f"{n}@example.com"} for n in ("one", "two")]
        )
        self._page(
            {"id": "c0", "name": "Nobody", "email": "nobody@example.com"},
            {"id": "c1", "name": "One", "email": "one@example.com"},
            {"id": "c2", "name": "Two", "email": "two@example.com"},
        )
        self.assertEqual(self._partner("c1"), partners[0])
        self.assertEqual(self._partner("c2"), partners[1])
        self.assertNotIn(self._partner("c0"), partners)
