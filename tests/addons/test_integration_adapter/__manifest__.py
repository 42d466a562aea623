# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Test Integration Adapter",
    "summary": "The smallest adapter: a new system needs no change in core",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "depends": ["integration_core"],
    "data": ["data/integration_mapping.xml"],
}
