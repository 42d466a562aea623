# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.integration_core.engine.errors import LockedPeriodError

from ...messages import GuardRequest
from .shifted_document import OPEN_STATES


class OpenDay(NamedTuple):
    """Where an entry may be booked.

    :param date: the day Odoo would take, None when its own choice is locked as well
    :param locks: violated locks, [(date, field)], the latest last
    """

    date: object
    locks: list


class IntegrationPeriodGuard(models.AbstractModel):
    """No entry moves to another day unseen.

    Odoo does not refuse to post into a locked period: it takes a later day without a
    word. Entities therefore ask :meth:`_check` before they create a document, give it
    the date they are told, and call :meth:`_booked` once it is posted.
    """

    _name = "integration.period.guard"
    _description = "Period Guard"

    # === BEFORE === #

    @api.model
    def _check(self, connector, requests: list[GuardRequest], dry=False) -> None:
        """Set ``date`` and ``note`` of each request, or fail its item.

        Nothing is written here: what is held back is listed when the batch is settled.

        :param connector: integration.connector record
        :param dry: only compare; nothing is held back then
        """
        documents = self.env["integration.shifted.document"]
        rows = documents._find(connector, {self._row_key(r) for r in requests})
        days = {}
        for request in requests:
            request.row = rows.get(self._row_key(request), documents)
            has_tax = request.has_tax or request.row.has_tax
            slot = (request.journal, request.wanted, has_tax, request.move_type)
            if slot not in days:
                days[slot] = self._open_day(connector.company_id, *slot, request.model)
            self._answer(request, days[slot], dry)

    @api.model
    def _row_key(self, request: GuardRequest) -> tuple:
        return request.item.entity, request.external_id, request.kind

    @api.model
    def _answer(self, request: GuardRequest, day: OpenDay, dry: bool) -> None:
        """The date of one request, by lock, decision and policy, in this order."""
        request.date, request.note, request.lock = request.wanted, "", None
        if not day.locks:
            return
        request.lock = day.locks[-1]
        if self._is_approved(request, day):
            request.date = request.row.booked_date
        elif day.date and (dry or self._policy(request) != "hold"):
            request.date = day.date
        elif not dry:
            self._hold(request, day.date)
            return
        if request.shifted:
            request.note = self._note(request)

    @api.model
    def _policy(self, request: GuardRequest) -> str:
        return request.journal.integration_period_policy

    @api.model
    def _is_approved(self, request: GuardRequest, day: OpenDay) -> bool:
        """Whether an accountant chose a day, and that day is still open."""
        row = request.row
        return row.state == "approved" and row.booked_date > day.locks[-1][0]

    @api.model
    def _open_day(
        self, company, journal, wanted, has_tax: bool, move_type: str, model: str
    ) -> OpenDay:
        """The day Odoo itself would book on, by its own functions.

        All locks count, those of parent companies too, and exceptions of the technical
        user: this runs as that user.
        """
        company = company.with_env(self.env)
        locks = company._get_violated_lock_dates(wanted, has_tax, journal)
        if not locks:
            return OpenDay(wanted, [])
        move = (
            self.env["account.move"]
            .with_context(is_payment=model == "account.payment")
            .new(
                {
                    "move_type": move_type,
                    "journal_id": journal.id,
                    "company_id": company.id,
                    "date": wanted,
                }
            )
        )
        date = move._get_accounting_date(wanted, has_tax, lock_dates=locks)
        # A lock that lies ahead: Odoo takes today for sales, which is locked too.
        return OpenDay(date if date > locks[-1][0] else None, locks)

    # === AFTER === #

    @api.model
    def _booked(self, connector, requests: list[GuardRequest]) -> None:
        """Compare what was booked with what was agreed, and list what was shifted.

        :param requests: those of :meth:`_check` whose ``res_id`` is set since
        :raises LockedPeriodError: Odoo took another day after all; the batch must be
            given up, so that nothing of it stays
        """
        booked = [request for request in requests if request.res_id]
        self._verify(booked)
        values = [self._booked_values(r) for r in booked if r.shifted]
        documents = self.env["integration.shifted.document"]
        if values:
            documents._put(connector, values)._refresh_activities()
        self._close_own(booked)

    @api.model
    def _booked_values(self, request: GuardRequest) -> dict:
        return dict(
            self._row_values(request, request.date, "booked"),
            model=request.model,
            res_id=request.res_id,
            event_id=request.item.event_id,
            object_id=request.item.external_id,
        )

    @api.model
    def _verify(self, requests: list[GuardRequest]) -> None:
        """No document on another day than the one agreed: one look for each model."""
        ids = {}
        for request in requests:
            ids.setdefault(request.model, []).append(request.res_id)
        found = {
            (model, record.id): record
            for model, res_ids in ids.items()
            for record in self.env[model].browse(res_ids)
        }
        for request in requests:
            record = found[request.model, request.res_id]
            entry = record if request.model == "account.move" else record.move_id
            actual = entry.date or record.date
            if actual != request.date:
                raise self._moved(request, entry, actual)

    @api.model
    def _moved(self, request: GuardRequest, entry, actual) -> LockedPeriodError:
        """Odoo moved an entry at the last moment, for a lock not foreseen."""
        locks = entry.company_id._get_violated_lock_dates(
            request.date, entry._affect_tax_report(), request.journal
        )
        request.lock = locks[-1] if locks else None
        request.has_tax = bool(entry._affect_tax_report())
        return self._locked(request, actual)

    @api.model
    def _close_own(self, requests: list[GuardRequest]) -> None:
        """Entries that waited and were booked on their own day after all."""
        for request in requests:
            if request.row and request.row.state in OPEN_STATES and not request.shifted:
                request.row.write(
                    {
                        "state": "own",
                        "booked_date": request.date,
                        "model": request.model,
                        "res_id": request.res_id,
                    }
                )
                request.row._refresh_activities()

    @api.model
    def _row_values(self, request: GuardRequest, date, state: str) -> dict:
        """Values of the row, JSON types only."""
        lock_date, lock = request.lock or (None, False)
        values = {
            "entity": request.item.entity,
            "external_id": request.external_id,
            "kind": request.kind,
            "title": self._title(request),
            "journal_id": request.journal.id,
            "wanted_date": str(request.wanted),
            "booked_date": str(date) if date else False,
            "has_tax": request.has_tax,
            "lock": lock,
            "lock_date": str(lock_date) if lock_date else False,
            "policy": self._policy(request),
            "state": state,
        }
        if request.amount:
            currency = self.env["integration.pipeline"]._currencies()[
                request.amount["currency"]
            ]
            # float at the last moment: that is what a field of Odoo takes.
            values.update(amount=float(request.amount["amount"]), currency_id=currency)
        return values

    # === HOLDING BACK === #

    @api.model
    def _hold(self, request: GuardRequest, date) -> None:
        """Fail the item; further entries of the same item join its error."""
        error = self._locked(request, date)
        earlier = request.item.error
        if isinstance(earlier, LockedPeriodError):
            earlier.details["shifts"] += error.details["shifts"]
        else:
            request.item.fail(error)

    @api.model
    def _locked(self, request: GuardRequest, date) -> LockedPeriodError:
        """What, why and next, with the row for the list of shifted documents."""
        message, hint = self._refusal(request, date)
        return LockedPeriodError(
            message,
            hint=hint,
            details={
                "cause": f"locked_period:{request.journal.id}:{request.wanted:%Y-%m}",
                "shifts": [self._row_values(request, date, "waiting")],
            },
        )

    # === WORDS === #

    @api.model
    def _refusal(self, request: GuardRequest, date) -> tuple[str, str]:
        """(what and why, what next) of an entry that is held back."""
        words = dict(self._lock_words(request), name=self._title(request))
        if not date:
            return (
                self.env._(
                    "%(name)s of %(wanted)s was not booked. Odoo is locked until "
                    "%(until)s (%(lock)s), which lies ahead: no day is open.",
                    **words,
                ),
                self.env._("Unlock the period, then retry."),
            )
        words["date"] = format_date(self.env, date)
        hint = self.env._(
            "Under Money, Shifted Documents, book it on %(date)s with a note or keep "
            "it waiting.",
            **words,
        )
        if not request.lock:
            return (
                self.env._(
                    "%(name)s of %(wanted)s was not booked. No lock forbids its day, "
                    "but Odoo would book it on %(date)s, by the way its journal "
                    "numbers.",
                    **words,
                ),
                hint,
            )
        return (
            self.env._(
                "%(name)s of %(wanted)s was not booked. Its period is locked until "
                "%(until)s (%(lock)s); Odoo would book it on %(date)s without telling.",
                **words,
            ),
            self.env._("%(hint)s Or unlock the period, then retry.", hint=hint),
        )

    @api.model
    def _title(self, request: GuardRequest) -> str:
        return request.title or request.external_id

    @api.model
    def _lock_words(self, request: GuardRequest) -> dict:
        labels = dict(
            self.env["integration.shifted.document"]
            ._fields["lock"]
            ._description_selection(self.env)
        )
        lock_date, lock = request.lock or (None, "")
        return {
            "wanted": format_date(self.env, request.wanted),
            "until": format_date(self.env, lock_date) if lock_date else "",
            "lock": labels.get(lock, ""),
        }

    @api.model
    def _note(self, request: GuardRequest) -> str:
        """Sentence for the chatter: which day, why, and who wanted it so."""
        words = self._lock_words(request)
        words["date"] = format_date(self.env, request.date)
        row, journal = request.row, request.journal
        if request.lock:
            note = self.env._(
                "Booked on %(date)s instead of %(wanted)s: the period is locked until "
                "%(until)s (%(lock)s).",
                **words,
            )
        else:
            note = self.env._("Booked on %(date)s instead of %(wanted)s.", **words)
        if row.state == "approved":
            why = self.env._(
                "%(user)s decided: %(reason)s",
                user=row.decided_by.name,
                reason=row.reason,
            )
        elif journal.integration_period_policy == "accept":
            why = journal.integration_period_reason
        else:
            why = self.env._(
                "That is the rule of %(journal)s.", journal=journal.display_name
            )
        return f"{note} {why}"
