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

#: Event type → (canonical event type, entity): every type that is understood.
EVENTS = {
    "customer.created": ("customer.created", "customer"),
    "customer.updated": ("customer.updated", "customer"),
    "customer.deleted": ("customer.deleted", "customer"),
    "customer.tax_id.created": ("customer.updated", "customer"),
    "customer.tax_id.updated": ("customer.updated", "customer"),
    "customer.tax_id.deleted": ("customer.updated", "customer"),
    "product.created": ("product.created", "product"),
    "product.updated": ("product.updated", "product"),
    "product.deleted": ("product.deleted", "product"),
    "price.created": ("price.created", "price"),
    "price.updated": ("price.updated", "price"),
    "price.deleted": ("price.deleted", "price"),
    "tax_rate.created": ("tax_rate.created", "tax_rate"),
    "tax_rate.updated": ("tax_rate.updated", "tax_rate"),
    "customer.subscription.created": ("subscription.created", "subscription"),
    "customer.subscription.updated": ("subscription.updated", "subscription"),
    "customer.subscription.paused": ("subscription.paused", "subscription"),
    "customer.subscription.resumed": ("subscription.resumed", "subscription"),
    "customer.subscription.deleted": ("subscription.canceled", "subscription"),
    "entitlements.active_entitlement_summary.updated": (
        "entitlement.updated",
        "entitlement",
    ),
    "invoice.finalized": ("invoice.posted", "invoice"),
    "invoice.paid": ("invoice.paid", "invoice"),
    "invoice.voided": ("invoice.voided", "invoice"),
    "invoice.marked_uncollectible": ("invoice.uncollectible", "invoice"),
    "invoice.deleted": ("invoice.deleted", "invoice"),
    "invoice.updated": ("invoice.updated", "invoice"),
    "invoice.overpaid": ("invoice.updated", "invoice"),
    "credit_note.created": ("credit_note.posted", "credit_note"),
    "credit_note.updated": ("credit_note.updated", "credit_note"),
    "credit_note.voided": ("credit_note.voided", "credit_note"),
    "charge.succeeded": ("payment.succeeded", "payment"),
    "charge.captured": ("payment.succeeded", "payment"),
    "charge.updated": ("payment.updated", "payment"),
    "charge.failed": ("payment.failed", "payment"),
    "invoice_payment.paid": ("payment.allocated", "payment"),
    "refund.created": ("refund.created", "refund"),
    "refund.updated": ("refund.updated", "refund"),
    "refund.failed": ("refund.failed", "refund"),
    "charge.refund.updated": ("refund.updated", "refund"),
    "charge.dispute.created": ("dispute.created", "dispute"),
    "charge.dispute.updated": ("dispute.updated", "dispute"),
    "charge.dispute.funds_withdrawn": ("dispute.updated", "dispute"),
    "charge.dispute.funds_reinstated": ("dispute.updated", "dispute"),
    "charge.dispute.closed": ("dispute.closed", "dispute"),
    "payout.created": ("payout.created", "payout"),
    "payout.updated": ("payout.updated", "payout"),
    "payout.paid": ("payout.paid", "payout"),
    "payout.failed": ("payout.failed", "payout"),
    "payout.canceled": ("payout.canceled", "payout"),
    "payout.reconciliation_completed": ("payout.completed", "payout"),
}
#: Understood, but not asked for: after it is final, nothing of an invoice changes that
#: has no message of its own (finalised amounts, dates and lines are immutable:
#: docs.stripe.com/invoicing/integration/workflow-transitions), and before, Stripe sends
#: one for every line that is added to a draft. The older name of ``refund.updated``
#: comes beside it.
NOT_SUBSCRIBED = frozenset({"invoice.updated", "charge.refund.updated"})
#: What our webhook endpoint subscribes to. Why these of payments:
#: charge.succeeded is money received, also without an invoice; charge.captured where it
#: was only reserved before; charge.updated brings the balance transaction, which is not
#: there yet when the charge succeeds (docs.stripe.com/payments/payment-intents/
#: asynchronous-capture); charge.failed, because a debit can fail after days;
#: invoice_payment.paid says which invoice was paid, since charges no longer do (basil).
#: payment_intent.succeeded would say nothing that these do not.
HANDLED_EVENTS = tuple(name for name in EVENTS if name not in NOT_SUBSCRIBED)
#: These only say that something about the customer changed. Its snapshot holds no tax
#: ids (they must be expanded), so the customer is read; that of entitlements shows ten,
#: and not what their features are called.
HINTS = frozenset(
    name for name in EVENTS if name.startswith(("customer.tax_id.", "entitlements."))
)
#: A deleted price is none of them: its snapshot is whole, and it becomes inactive. Nor
#: is a subscription, which has ended and stays.
DELETIONS = frozenset({"customer.deleted", "product.deleted", "invoice.deleted"})
#: As thin events these name an object that can no longer be read: a deleted draft is
#: gone for good, and no draft was ever booked. That of entitlements names none at all:
#: its class in the SDK has no ``related_object``.
THIN_IGNORED = frozenset(
    {"invoice.deleted", "entitlements.active_entitlement_summary.updated"}
)
#: The time of these messages is when the money was received. A charge knows only when
#: it was made, which is days earlier for a bank debit or a reserved amount.
RECEIPTS = frozenset({"charge.succeeded", "charge.captured"})
#: When a dispute was decided is in no object: it is the time of this message.
DECISIONS = frozenset({"charge.dispute.closed"})
#: Second message out of an old ``invoice.paid``: the payment that it names.
PAYMENT_SUFFIX = "#payment"

#: Entity → objects of Stripe's whose snapshots are messages about it.
OBJECTS = {
    "customer": ("customer",),
    "product": ("product",),
    "price": ("price",),
    "tax_rate": ("tax_rate",),
    "subscription": ("subscription",),
    "entitlement": ("entitlements.active_entitlement_summary",),
    "invoice": ("invoice",),
    "credit_note": ("credit_note",),
    "payment": ("charge", "invoice_payment"),
    "refund": ("refund",),
    "dispute": ("dispute",),
    "payout": ("payout",),
}
#: Entity → field that says which object it is, where that is not ``id``: what a
#: customer may use has no id of its own.
NAMED_BY = {"entitlement": "customer"}
#: Entity → prefixes of its own event types. What begins so, is not in :data:`EVENTS`
#: and belongs to none of :data:`OTHER_OBJECTS` and :data:`IGNORED_EVENTS`, is a type
#: that this addon does not know yet: it is set aside where a flow wants the entity.
#: The first that fits counts.
ENTITY_PREFIXES = {
    "refund": ("refund.", "charge.refund."),
    "dispute": ("charge.dispute.",),
    "payout": ("payout.",),
    "subscription": ("customer.subscription.",),
    "entitlement": ("entitlements.active_entitlement_summary.",),
    "customer": ("customer.",),
    "product": ("product.",),
    "price": ("price.",),
    "tax_rate": ("tax_rate.",),
    "invoice": ("invoice.",),
    "credit_note": ("credit_note.",),
    "payment": ("charge.", "invoice_payment."),
}
#: Event types of other objects under the same prefix (SDK ``_event.py``, endive, and
#: types of older versions).
OTHER_OBJECTS = (
    "customer.bank_account.",
    "customer.card.",
    "customer.discount.",
    "customer.source.",
)
#: Types that change nothing in Odoo, or that come together with one that does: drafts,
#: mails, attempts, and the finer ones of thin events (SDK 16.1.0). Skipped. What
#: ``charge.refunded`` says, ``refund.created`` says of the refund itself.
IGNORED_EVENTS = frozenset(
    {
        "charge.expired",
        "charge.pending",
        "charge.refunded",
        "customer.subscription.active",
        "customer.subscription.cancel_at_changed",
        "customer.subscription.default_payment_method_changed",
        "customer.subscription.incomplete",
        "customer.subscription.incomplete_expired",
        "customer.subscription.item_added",
        "customer.subscription.item_price_changed",
        "customer.subscription.item_quantity_changed",
        "customer.subscription.item_removed",
        "customer.subscription.item_tax_rates_changed",
        "customer.subscription.past_due",
        "customer.subscription.pending_update_applied",
        "customer.subscription.pending_update_expired",
        "customer.subscription.trial_will_end",
        "customer.subscription.trialing",
        "customer.subscription.unpaid",
        "entitlements.active_entitlement_summary.entitlement_added",
        "entitlements.active_entitlement_summary.entitlement_removed",
        "invoice.created",
        "invoice.discount_added",
        "invoice.discount_removed",
        "invoice.finalization_failed",
        "invoice.line_item_added",
        "invoice.line_item_pricing_changed",
        "invoice.line_item_quantity_changed",
        "invoice.line_item_removed",
        "invoice.overdue",
        "invoice.payment_action_required",
        "invoice.payment_attempt_required",
        "invoice.payment_failed",
        "invoice.payment_succeeded",
        "invoice.sent",
        "invoice.upcoming",
        "invoice.will_be_due",
        "invoice_payment.canceled",
        "invoice_payment.open",
        "price.activated",
        "price.deactivated",
        "price.lookup_key_changed",
        "price.tax_behavior_changed",
        "product.activated",
        "product.deactivated",
        "product.default_price_changed",
        "product.tax_code_changed",
    }
)

#: First version with ``/v1/invoice_payments`` (docs.stripe.com/changelog/basil).
INVOICE_PAYMENTS_SINCE = "2025-03-31"
#: Entity → paths of its lists, read one after the other. Entitlements are listed for
#: one customer only (``adapter_entitlements``); features show whether they may be read.
PATHS = {
    "customer": ("/v1/customers",),
    "product": ("/v1/products",),
    "price": ("/v1/prices",),
    "tax_rate": ("/v1/tax_rates",),
    "subscription": ("/v1/subscriptions",),
    "entitlement": ("/v1/entitlements/features",),
    "invoice": ("/v1/invoices",),
    "credit_note": ("/v1/credit_notes",),
    "payment": ("/v1/charges", "/v1/invoice_payments"),
    "refund": ("/v1/refunds",),
    "dispute": ("/v1/disputes",),
    "payout": ("/v1/payouts",),
    "balance_transaction": ("/v1/balance_transactions",),
}
#: What is read of a payment, by the beginning of its id.
PAYMENT_PATHS = {
    "pi": "/v1/payment_intents",
    "ch": "/v1/charges",
    "py": "/v1/charges",
    "inpay": "/v1/invoice_payments",
    "in": "/v1/invoices",
}
#: Path → ``expand[]`` when reading one object; with ``data.`` in front for a list.
EXPAND = {
    "/v1/customers": "tax_ids",
    "/v1/prices": "tiers",
    "/v1/charges": "balance_transaction",
    "/v1/credit_notes": "customer_balance_transaction",
    "/v1/payment_intents": "latest_charge.balance_transaction",
    "/v1/balance_transactions": "source",
}
#: Path → parameters without which a list leaves something out: ended subscriptions.
LIST_PARAMS = {"/v1/subscriptions": {"status": "all"}}
#: Minutes between readings of what no message tells of: balance transactions.
POLL_MINUTES = 15
#: Entity → path in the dashboard.
DASHBOARD_PATHS = {
    "customer": "customers",
    "product": "products",
    "price": "prices",
    "tax_rate": "tax-rates",
    "subscription": "subscriptions",
    "entitlement": "customers",
    "invoice": "invoices",
    "credit_note": "credit_notes",
    "payment": "payments",
    "dispute": "disputes",
    "payout": "payouts",
}
#: What has no page of its own is found by the dashboard's search.
DASHBOARD_SEARCHED = frozenset({"refund", "balance_transaction"})
#: Largest page of a list (docs.stripe.com/api/pagination).
PAGE_SIZE = 100
#: Lists have no total: counting reads them. Beyond this many pages we do not say.
MAX_COUNT_PAGES = 100

#: Key of the metadata under which an object keeps which Odoo record it stands for.
REFERENCE = "odoo_reference"
#: Seconds in which a key gives its first answer again: Stripe keeps keys for at least
#: a day (docs.stripe.com/api/idempotent_requests); an hour is left for slow clocks.
KEY_LIFE = 23 * 3600
#: Codes and types of errors about idempotency keys (SDK ``_error_object.py``): an
#: earlier request of the key is not finished, or it had other parameters.
KEY_IN_USE = "idempotency_key_in_use"
KEY_REFUSED = "idempotency_error"
#: Seconds by which our clock may be ahead of Stripe's when new objects are listed.
CLOCK_DIFFERENCE = 600
#: Entity → parameter of its list that narrows it down to what a message is about.
LIST_FILTERS = {"customer": "email", "price": "product", "invoice": "customer"}

#: Country → Stripe's word for the number that Odoo calls the VAT number there, and the
#: EU's, whose numbers begin with a country (docs.stripe.com/api/customer_tax_ids).
TAX_ID_TYPES = {
    kind[:2].upper(): kind
    for kind in (
        "ae_trn ar_cuit au_abn bh_vat br_cnpj bw_vat ch_vat ci_vat cl_tin co_nit "
        "ec_ruc fo_vat gb_vat ge_vat il_vat in_gst is_vat li_vat lk_vat ma_vat md_vat "
        "mk_vat mx_rfc no_vat nz_gst om_vat pe_ruc rs_pib sa_vat sg_gst th_vat tr_tin "
        "tt_vat tw_vat tz_vat ua_vat uy_ruc uz_vat za_vat"
    ).split()
}
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
    "XI".split()
)
#: Greece writes its numbers with EL.
EU_PREFIXES = (EU_COUNTRIES - {"GR"}) | {"EL"}
VAT_TYPES = frozenset({"eu_vat", *TAX_ID_TYPES.values()})

#: First characters of API keys; the second part is the mode (docs.stripe.com/keys).
KEY_PREFIX = re.compile(r"(sk|rk|pk|sk_org)_(live|test)_")
#: Secret and restricted keys. Publishable ones read nothing, those of an organisation
#: speak for many accounts.
KEY_KINDS = frozenset({"sk", "rk"})

#: An id of Stripe's, safe as a part of a path.
OBJECT_ID = re.compile(r"[A-Za-z0-9_.:@+-]{1,255}\Z")
