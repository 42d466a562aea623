# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's bank statement, made from the payouts of the local Stripe.

What has arrived is shown as a bank shows it: a text of its own, the reference of the
transfer in it. One line says so little that a person must choose it, and one payout has
not arrived yet. What failed after it had arrived is shown out again.
"""

from datetime import date, datetime, timezone

import trade

#: What the bank says of a line about which it knows nothing.
VAGUE = "SAMMELGUTSCHRIFT"
#: Of the newest payouts that arrived, this one has the vague text.
VAGUE_PLACE = 2


def statement(env, url):
    """Write the lines of the bank statement that are not there yet.

    :param url: address of the local Stripe
    """
    journal = bank(env)
    if not journal:
        return
    lines = env["account.bank.statement.line"]
    known = {
        (line.date.isoformat(), round(line.amount * 100))
        for line in lines.search([("journal_id", "=", journal.id)])
    }
    wanted = [
        line
        for line in shown(trade.Control(url).get("state"))
        if (line["date"], line["cents"]) not in known
    ]
    # As a bank feed does: no person types them.
    lines.create(
        [
            {
                "journal_id": journal.id,
                "date": line["date"],
                "payment_ref": line["text"],
                "amount": line["cents"] / 100,
            }
            for line in wanted
        ]
    )
    env.cr.commit()


def bank(env):
    """The company's own bank journal: not one of a gateway."""
    gateways = env["integration.gateway.journal"].search([]).journal_id
    return env["account.journal"].search(
        [
            ("type", "=", "bank"),
            ("company_id", "=", env.ref("base.main_company").id),
            ("id", "not in", gateways.ids),
        ],
        limit=1,
    )


def shown(state):
    """What the bank shows of the payouts in euro, the oldest first."""
    payouts = sorted(
        state["payouts"]["objects"].values(), key=lambda obj: obj["arrival_date"]
    )
    arrived = [obj for obj in payouts if obj["currency"] == "eur" and has_arrived(obj)]
    vague = arrived[-VAGUE_PLACE]["id"] if len(arrived) >= VAGUE_PLACE else ""
    lines = []
    for obj in arrived:
        day = day_of(obj["arrival_date"])
        text = VAGUE if obj["id"] == vague else words(obj)
        lines.append({"date": day, "cents": obj["amount"], "text": text})
        if obj["status"] == "failed":
            text = f"RUECKBUCHUNG {words(obj)}"
            lines.append({"date": day, "cents": -obj["amount"], "text": text})
    return lines


def has_arrived(obj):
    """Whether the bank has seen it: paid, or sent back after it was."""
    if obj["status"] not in ("paid", "failed"):
        return False
    return day_of(obj["arrival_date"]) <= date.today().isoformat()


def words(obj):
    """A transfer as banks write it."""
    trace = (obj.get("trace_id") or {}).get("value") or ""
    text = obj.get("statement_descriptor") or "STRIPE"
    return f"SEPA GUTSCHRIFT STRIPE TECHNOLOGY EUROPE {text} {trace}".strip()


def day_of(moment):
    return datetime.fromtimestamp(moment, timezone.utc).date().isoformat()
