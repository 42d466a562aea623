# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The way in: store, drain, pipeline, outcome, reading, catching up, sweeping."""
