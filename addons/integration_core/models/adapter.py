# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib

from odoo import api, models
from odoo.exceptions import UserError

from .. import settings
from ..engine.encryption import EncryptionError
from ..engine.errors import (
    AuthenticationError,
    NotOfferedError,
    PermanentError,
    SchemaError,
)
from ..engine.http_client import GovernedClient
from ..engine.masking import masked_logger
from ..messages import (
    Balance,
    ControlPage,
    Delivery,
    EventPage,
    Identity,
    Message,
    Outgoing,
    Page,
    Registration,
    Source,
    Written,
)

_logger = masked_logger(__name__)


class IntegrationAdapter(models.AbstractModel):
    """Everything core must know about one system: protocol, never business.

    An adapter addon inherits this as ``integration.adapter.<system>`` and overrides
    what its system offers. No method but those that say so talks to the peer, and
    none writes business records.
    """

    _name = "integration.adapter"
    _description = "Adapter"

    # Request headers kept with a message besides the general allow-list.
    _kept_headers: tuple = ()
    # Hosts the adapter may call; "*.example.com" allows sub-domains.
    _allowed_hosts: tuple = ()
    # Whether single objects can be read (:meth:`_fetch`).
    _can_fetch = False
    # Retry schedule of this system's events, see engine.retry.
    _max_attempts = 8
    # For how many days the peer keeps its messages (:meth:`_missed`); 0: it keeps none.
    _missed_days = 0
    # Entities of which the peer sends no messages: entity → minutes between readings,
    # proposed for a new flow.
    _polled: dict = {}
    # Pairs (entity, owner): objects of an entity that the peer lists for one object of
    # another (:meth:`_page_of`).
    _parts: frozenset = frozenset()
    # Entities whose objects the peer lists for comparing (:meth:`_control`).
    _can_control: frozenset = frozenset()
    # Whether the peer says what it holds for us (:meth:`_balances`).
    _can_balance = False
    # Entities that can be written at the peer (:meth:`_send`).
    _can_send: frozenset = frozenset()
    # For how many seconds the peer answers a repeated request of the same idempotency
    # key with the first answer; 0: it knows no such keys.
    _key_life = 0

    # === SET-UP === #

    @api.model
    def _connector_defaults(self, connector) -> dict:
        """Values proposed for a new connector: address, API version."""
        return {}

    @api.model
    def _activation_gaps(self, connector) -> list[str]:
        """What this system needs besides core's own gates: sentences."""
        return []

    @api.model
    def _setup_steps(self, connector) -> list[dict]:
        """Steps of the set-up assistant that this system adds (widget format)."""
        return []

    @api.model
    def _cannot(self) -> NotOfferedError:
        """The error of a hook that an adapter does not offer, for people."""
        return NotOfferedError(self.env._("This system does not offer that."))

    @api.model
    def _test_connection(self, connector) -> Identity:
        """Ask the peer who we are.

        :raises engine.errors.IntegrationError: no answer or refused
        """
        raise self._cannot()

    @api.model
    def _register_webhook(self, connector) -> Registration:
        """Register ``connector.webhook_url`` at the peer and return its secret.

        :raises engine.errors.IntegrationError: refused
        """
        raise self._cannot()

    @api.model
    def _check_webhook(self, connector) -> str:
        """What is wrong with our webhook at the peer, as a sentence, or ''."""
        return ""

    @api.model
    def _remove_webhook(self, connector) -> None:
        """Remove our webhook at the peer; one that is gone already is no error."""

    @api.model
    def _remote_url(self, connector, entity: str, external_id: str) -> str:
        """Page of an object in the system's own screens, or ''."""
        return ""

    # === INTAKE === #

    @api.model
    def _authenticate(self, delivery: Delivery, secrets: list[bytes]) -> int | None:
        """Index of the secret that proves the delivery, None when none does.

        Runs before anything of the body is parsed. Compare in constant time, try
        every secret, fail closed.
        """
        return None

    @api.model
    def _split(self, gate, body: bytes, headers: dict) -> list[Message]:
        """The events of an authentic delivery; never empty, never raises.

        What cannot be read is one message with ``error`` set and the id
        ``sha256:<body>`` (:meth:`_unreadable`).
        """
        return [self._unreadable(body, SchemaError("The message cannot be read."))]

    @api.model
    def _unreadable(self, body: bytes, error) -> Message:
        """An authentic message that nobody can read: stored raw and set aside."""
        return Message(
            source_event_id=f"sha256:{hashlib.sha256(body).hexdigest()}",
            body=body,
            error=error,
            fingerprint="unreadable",
        )

    @api.model
    def _split_safely(self, gate, body: bytes, headers: dict) -> list[Message]:
        """As :meth:`_split`; whatever an adapter trips over is kept raw.

        :param headers: empty for a message that the peer kept and we asked for
        """
        try:
            messages = self._split(gate, body, headers)
        except Exception:
            _logger.exception("Connector %s: unreadable message", gate.connector_id)
            messages = []
        error = SchemaError("The message cannot be read.")
        return messages or [self._unreadable(body, error)]

    # === READING === #

    @api.model
    def _needs_fetch(self, item) -> bool:
        """Whether the message is only a hint and the object must be read first."""
        return False

    @api.model
    def _source(self, connector, item) -> Source:
        """The object inside a stored message, in the adapter's one shape.

        :raises engine.errors.SchemaError: it is not there
        """
        raise NotImplementedError

    @api.model
    def _fetch(self, connector, entity: str, external_id: str) -> Source:
        """Read one object from the peer.

        :raises engine.errors.IntegrationError: by its class
        """
        raise self._cannot()

    @api.model
    def _count(self, connector, entity: str) -> int:
        """How many objects a full load would read; -1 when the peer cannot say."""
        return -1

    @api.model
    def _page(self, connector, entity: str, cursor: str, limit: int) -> Page:
        """One page of all objects of an entity; an empty cursor starts."""
        raise self._cannot()

    @api.model
    def _cursor_since(self, connector, entity: str, since) -> str:
        """Cursor with which :meth:`_page` begins at what was made since a moment.

        For entities whose objects never change (``_append_only``). Talks to nobody.

        :param since: naive UTC by the peer's clock
        :return: '' where the list cannot be narrowed: all of it is read
        """
        return ""

    @api.model
    def _page_of(
        self, connector, entity: str, owner: str, owner_id: str, cursor: str, limit: int
    ) -> Page:
        """One page of the objects that belong to an object of another entity.

        For the pairs in :attr:`_parts`. The transactions of a payout, for example: a
        hundred of them cost one request instead of a hundred.

        :param owner: entity of the object they belong to
        :param owner_id: the peer's id of it
        :raises engine.errors.PermanentError: the peer cannot tell
        """
        raise self._cannot()

    @api.model
    def _page_source(self, connector, entity: str, record: dict, page: Page) -> Source:
        """A record of a page in the adapter's one shape."""
        return Source(record=record, version=page.version)

    @api.model
    def _missed(self, connector, since, until, cursor: str, limit: int) -> EventPage:
        """One page of the messages that the peer made in a stretch of time.

        All of them, also those that arrived: only the inbox knows which did not. The
        oldest first where the peer can, so that an object comes before what refers to
        it. Use :meth:`_split_safely` for each.

        :param since: naive UTC by the peer's clock, never more than
            :attr:`_missed_days` ago
        :param until: naive UTC; what is newer may still be on its way to the webhook
        :param cursor: empty for the first page, else from the page before
        :raises engine.errors.IntegrationError: by its class
        """
        raise self._cannot()

    # === COMPARING === #

    @api.model
    def _balances(self, connector) -> list[Balance]:
        """What the peer holds for us now, one entry a currency.

        :raises engine.errors.IntegrationError: by its class
        """
        raise self._cannot()

    @api.model
    def _control(
        self, connector, entity: str, since, until, cursor: str, limit: int
    ) -> ControlPage:
        """One page of what the peer has of an entity in a stretch of time.

        What the books should know as well: the reconciliation compares it with Odoo.
        By ``occurred_at``, whatever the peer's list is sorted by; a page may be empty
        and have a cursor all the same.

        :param since: naive UTC, included
        :param until: naive UTC, not included
        :param cursor: empty for the first page, else from the page before
        :raises engine.errors.IntegrationError: by its class; a
            :class:`~engine.errors.NotOfferedError` where the peer has no such list
        """
        raise self._cannot()

    # === WRITING === #

    @api.model
    def _send(self, connector, outgoing: Outgoing) -> Written:
        """One create, update or deletion at the peer.

        ``outgoing.deleted``: delete ``outgoing.external_id``. Else, with an external id
        update it with ``outgoing.record``, which holds only what changed; without one
        create it. Send ``outgoing.idempotency_key`` where the peer knows such keys,
        and let the object keep ``outgoing.reference`` so that :meth:`_look_up` and
        :meth:`_source` find it there. Called outside of any transaction: no business
        record may be read. Nobody must be mailed because of it.

        Called again with the same key and the same record when the answer to the first
        call was lost, within :attr:`_key_life`; beyond it :meth:`_look_up` comes first.

        :raises engine.errors.UnknownOutcomeError: the request may have arrived, and no
            answer came (``client.request(…, read=False)`` does that)
        :raises engine.errors.IntegrationError: nothing was changed, by its class
        """
        raise self._cannot()

    @api.model
    def _look_up(self, connector, outgoing: Outgoing) -> Written | None:
        """Whether a write whose answer was lost was done; None when it was not.

        By ``outgoing.reference`` and ``outgoing.idempotency_key``, never by values that
        two objects may share. A :class:`Written` means done: nothing is sent again.
        None means that it may be sent: be sure, or raise.

        :raises engine.errors.IntegrationError: it cannot be told now
        """
        raise self._cannot()

    # === CLIENT === #

    @api.model
    def _client(self, connector) -> GovernedClient:
        """The only way to the peer: time-outs, address guard, caps, typed errors.

        :raises engine.errors.IntegrationError: no credential, or another environment
        """
        if connector.environment != settings.current_environment():
            raise PermanentError(connector._standstill_reason())
        try:
            headers = self._client_headers(connector)
        except (UserError, EncryptionError) as error:
            raise AuthenticationError(
                self.env._("The stored key cannot be opened: %(why)s", why=error),
                hint=self.env._(
                    "Configure the encryption key of this server, or store the key of "
                    "the system again."
                ),
            ) from error
        return GovernedClient(
            connector.base_url,
            allowed_hosts=self._allowed_hosts,
            private_allowed=settings.private_hosts(),
            headers=headers,
            classify=self._classify,
        )

    @api.model
    def _client_headers(self, connector) -> dict:
        """Headers of every request, with the credential."""
        return {}

    @api.model
    def _classify(self, response):
        """Turn an answer into a typed error; None leaves it to the general rule."""
        return None
