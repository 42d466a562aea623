# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settings of the property tests: no deadline, because the machine is shared."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "engine",
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("engine")
