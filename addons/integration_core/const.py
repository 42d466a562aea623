# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Words that several models share: states, classes, and how people read them."""

EVENT_STATES = [
    ("pending", "In queue"),
    ("retry", "Trying again"),
    ("waiting", "Waiting for another record"),
    ("sending", "Sending"),
    ("review", "Needs your decision"),
    ("dead", "Failed"),
    ("quarantine", "Set aside"),
    ("done", "Done"),
    ("skipped", "No action needed"),
    ("cancelled", "Skipped by a person"),
]
ATTENTION_STATES = ("review", "dead", "quarantine")

DIRECTIONS = [("in", "Incoming"), ("out", "Outgoing")]
KINDS = [("state", "Snapshot"), ("effect", "Effect")]

FAMILIES = [
    ("technical", "Connection problem"),
    ("data", "Data problem"),
    ("process", "Business decision"),
]

ERROR_CLASS_LABELS = [
    ("transient", "No answer"),
    ("rate_limited", "Too many requests"),
    ("authentication", "Log-in refused"),
    ("unknown_outcome", "Outcome unknown"),
    ("permanent", "Refused"),
    ("schema", "Not in the agreed format"),
    ("mapping", "Cannot be translated"),
    ("duplicate_candidate", "Several candidates"),
    ("missing_reference", "Refers to something unknown"),
    ("ownership", "Owned elsewhere"),
    ("business_rule", "Against a business rule"),
    ("locked_period", "Locked period"),
]

# Reasons of the state "skipped"; the keys are engine.errors.SKIP_REASONS.
SKIP_LABELS = {
    "not_subscribed": "No flow wants this kind of message",
    "filtered": "The flow's filter leaves it out",
    "stale": "Older than what Odoo already has",
    "duplicate": "Already received",
    "no_change": "Nothing changed",
    "before_start_date": "Older than the connector's start date",
    "not_final": "Not final in the other system yet",
    "superseded": "A newer message replaced it",
    "shadow": "The flow only compares",
    "not_owner": "The other side decides it",
    "coalesced": "A newer change of the record is sent instead",
}

OPERATIONS = [
    ("create", "Created"),
    ("update", "Changed"),
    ("link", "Linked"),
    ("unlink", "Unlinked"),
    ("archive", "Archived"),
    ("delete", "Deleted"),
    ("post", "Posted"),
    ("reconcile", "Reconciled"),
    ("reverse", "Reversed"),
    ("none", "Not needed"),
    ("refuse", "Refused"),
    ("attempt", "Tried"),
    ("replay", "Processed again"),
    ("skip", "Skipped"),
    ("override", "Overridden"),
    ("configure", "Set up"),
    ("reveal", "Content shown"),
]

LOG_STATUS = [("success", "OK"), ("warning", "OK with note"), ("error", "Not done")]

# Lanes are spread over this many fixed slots; a connector's drains share them by
# slot modulo number of drains, so that the number may change with rows in the queue.
SHARD_SLOTS = 16
