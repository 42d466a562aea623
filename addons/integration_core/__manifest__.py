# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Integration Core",
    "summary": "Governed integration hub: connectors, mappings, messages, sync log",
    "version": "19.0.1.0.0",
    "category": "Productivity/Integrations",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "application": True,
    # mail: chatter and activities on connectors; queue_job: work and retries;
    # contacts: the screens and address fields the customer entity fills.
    "depends": ["mail", "contacts", "queue_job"],
    "external_dependencies": {
        "python": [
            "cryptography",
            "jmespath",
            "jsonschema",
            "requests",
            "python-stdnum",
        ],
    },
    "data": [
        "security/integration_groups.xml",
        "security/ir.model.access.csv",
        "security/integration_rules.xml",
        "data/queue_job.xml",
        "data/ir_cron.xml",
        "data/integration_schema.xml",
    ],
    "assets": {
        "web.assets_backend": ["integration_core/static/src/**/*"],
        "web.assets_unit_tests": ["integration_core/static/tests/**/*.test.js"],
        "web.assets_tests": ["integration_core/static/tests/tours/**/*"],
    },
}
