# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Stripe's protocol fixes, from the official SDK 16.1.0 and docs.stripe.com."""

import re

BASE_URL = "https://api.stripe.com"
DASHBOARD_URL = "https://dashboard.stripe.com"

#: Requests and webhook endpoints are pinned to it (SDK ``_api_version.py``). Messages
#: of older versions are understood as well: an endpoint keeps the version that it was
#: created with.
API_VERSION = "2026-10-28.endive"

#: ``Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>…]`` (SDK ``_webhook.py``). Only v1
#: proves anything; during a rotation there is one for each secret.
SIGNATURE_HEADER = "stripe-signature"
SIGNATURE_SCHEME = "v1"

#: Snapshot event, and the thin event of API v2, which holds no object (SDK
#: ``_event.py``, ``v2/core/_event.py``).
SNAPSHOT_EVENT = "event"
THIN_EVENT = "v2.core.event"
THIN_PREFIX = "v1."

#: Event type → (canonical event type, entity).
EVENTS = {
    "customer.created": ("customer.created", "customer"),
    "customer.updated": ("customer.updated", "customer"),
    "customer.deleted": ("customer.deleted", "customer"),
    "customer.tax_id.created": ("customer.updated", "customer"),
    "customer.tax_id.updated": ("customer.updated", "customer"),
    "customer.tax_id.deleted": ("customer.updated", "customer"),
}
#: What our webhook endpoint subscribes to.
HANDLED_EVENTS = tuple(EVENTS)
#: These only say that something about the customer changed. Its snapshot holds no tax
#: ids (they must be expanded), so the customer is read.
HINTS = frozenset(name for name in EVENTS if name.startswith("customer.tax_id."))
DELETIONS = frozenset({"customer.deleted"})

#: Entity → prefix of its own event types. What begins so, is not in :data:`EVENTS`
#: and belongs to none of :data:`OTHER_OBJECTS`, is a type that this addon does not
#: know yet: it is set aside where a flow wants the entity.
ENTITY_PREFIXES = {"customer": "customer."}
#: Event types of other objects under the same prefix (SDK ``_event.py``, endive, and
#: types of older versions).
OTHER_OBJECTS = (
    "customer.bank_account.",
    "customer.card.",
    "customer.discount.",
    "customer.source.",
    "customer.subscription.",
)

#: Entity → path of its list.
PATHS = {"customer": "/v1/customers"}
#: Entity → path in the dashboard.
DASHBOARD_PATHS = {"customer": "customers"}
#: ``expand[]`` when reading one customer; with ``data.`` in front for a list.
EXPAND = {"customer": "tax_ids"}

#: Largest page of a list (docs.stripe.com/api/pagination).
PAGE_SIZE = 100
#: Lists have no total: counting reads them. Beyond this many pages we do not say.
MAX_COUNT_PAGES = 100

#: First characters of API keys; the second part is the mode (docs.stripe.com/keys).
KEY_PREFIX = re.compile(r"(sk|rk|pk|sk_org)_(live|test)_")
#: Secret and restricted keys. Publishable ones read nothing, those of an organisation
#: speak for many accounts.
KEY_KINDS = frozenset({"sk", "rk"})

#: An id of Stripe's, safe as a part of a path.
OBJECT_ID = re.compile(r"[A-Za-z0-9_.:@+-]{1,255}\Z")
