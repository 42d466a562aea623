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
            "phonenumbers",
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
        "data/integration_catch_up.xml",
        "data/integration_schema.xml",
        "data/integration_match_rule.xml",
        "views/integration_connector_views.xml",
        "views/integration_credential_views.xml",
        "views/integration_flow_views.xml",
        "views/integration_event_views.xml",
        "views/integration_exception_views.xml",
        "views/integration_exception_group_views.xml",
        "views/integration_job_log_views.xml",
        "views/integration_external_id_views.xml",
        "views/integration_mapping_views.xml",
        "views/integration_value_map_views.xml",
        "views/integration_schema_views.xml",
        "views/integration_approval_views.xml",
        "views/res_partner_views.xml",
        "views/menus.xml",
        "views/integration_catch_up_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["integration_core/static/src/**/*"],
        "web.assets_unit_tests": [
            "integration_core/static/tests/*_helpers.js",
            "integration_core/static/tests/**/*.test.js",
        ],
        "web.assets_tests": ["integration_core/static/tests/tours/**/*"],
    },
}
