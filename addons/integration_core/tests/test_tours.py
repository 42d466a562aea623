# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestFieldWidgets(HttpCase):
    """The browser unit tests of our three field widgets (static/tests)."""

    preset = "desktop"

    def test_field_widgets(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@integration_core")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={self.preset}&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )


@tagged("post_install", "-at_install")
class TestFieldWidgetsPhone(TestFieldWidgets):
    browser_size = "390x844"
    touch_enabled = True
    allow_inherited_tests_method = True
    preset = "mobile"
