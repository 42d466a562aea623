# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestFlowTours(TourCase):
    """A designer decides which messages a flow takes, in a real browser."""

    def test_filter(self):
        self._activate()
        for number in (1, 2, 3):
            name = f"obj_{number}"
            self._feed(name, {"name": name}, number)
        self.connector._set_state("suspended", "changed")
        flow = self.connector.flow_ids
        path = f"integration-flows/{flow.id}"
        self._tour(path, "integration_flow_filter", "designer")
        flow.invalidate_recordset()
        self.assertEqual(flow.filter, "name == 'obj_1'")
