# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Builds the web client's bundles, so that a person's first click need not wait."""


def main(env):
    env["ir.qweb"]._pregenerate_assets_bundles()
