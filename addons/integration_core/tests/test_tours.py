# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker


@tagged("post_install", "-at_install")
class TestFieldWidgets(HOOTCommon):
    """The browser unit tests of our three field widgets (static/tests)."""

    def _run_suite(self, preset):
        suite = self._generate_hash("@integration_core")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def test_widgets_on_a_desktop(self):
        self._run_suite("desktop")


@tagged("post_install", "-at_install")
class TestFieldWidgetsPhone(TestFieldWidgets):
    browser_size = "390x844"
    touch_enabled = True

    def test_widgets_on_a_desktop(self):
        self._run_suite("mobile")
