# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    approval,
    connector,
    connector_live,
    connector_notice,
    connector_setup,
    event,
    event_solution,
    event_story,
    event_story_edited,
    exception,
    exception_group,
    external_id,
    flow,
    job_log,
    mapping,
    mapping_line,
    match_review,
    schema,
    value_map,
)
