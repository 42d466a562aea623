# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What people and log files may see of a message.

Keys decide first (a value under ``password`` is hidden whatever it looks like), then
patterns decide within every text. Texts come from outside: every repetition that could
be tried from many places is bounded, so that no text takes more than linear time.
"""

import logging
import re

MASK = "•••"

ALLOWED_HEADERS = frozenset(
    {
        "content-length",
        "content-type",
        "date",
        "traceparent",
        "user-agent",
        "x-request-id",
    }
)

_MAX_HEADER = 1000
_SECRET_PART = re.compile(
    r"passw|passphrase|secret|token|authorization|apikey|accesskey|privatekey"
    r"|signingkey|encryptionkey|credential|cookie|sessionid|iban|accountnumber"
    r"|routingnumber|cardnumber|taxidnumber|signature"
)
_SECRET_KEYS = frozenset({"cvc", "cvv", "cvv2", "pan", "pin", "pwd", "ssn", "otp"})
_PHONE_PART = re.compile(r"phone|mobile|telefon|msisdn|fax")
_NEVER_A_HEADER = re.compile(
    r"authori[sz]ation|authenticat|cookie|signature|token|secret|api-?key|passw"
)

_EMAIL = re.compile(
    r"([\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{0,63}@([\w-]+\.[\w.-]+)"
)
# One run of digits, or groups as they are printed on cards (4-4-4-4, 4-6-5).
_CARD = re.compile(
    r"(?<!\w)[2-6](?:[0-9]{12,18}"
    r"|[0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}"
    r"|[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})(?!\w)"
)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b")
_TEXT_PATTERNS = (
    # -----BEGIN … PRIVATE KEY----- up to its end, or to the end of a cut text
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)",
            re.DOTALL,
        ),
        MASK,
    ),
    # user:password@ in an address
    (re.compile(r"(://)[^\s/@]+@"), rf"\1{MASK}@"),
    # Authorization: Bearer …, Basic …
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I), rf"\1 {MASK}"),
    # JSON web tokens
    (re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"), MASK),
    # keys with a telling prefix or part: sk_…, whsec_…, …_secret_…
    (
        re.compile(r"\b(?:[sr]k|whs(?:ec|k)|api_?key|secret|token)_[\w+/=-]{6,}", re.I),
        MASK,
    ),
    (re.compile(r"\b\w{1,99}_secret_[\w+/=-]+"), MASK),
    # password=…, "api_key": "…"
    (
        re.compile(
            r"((?:passw(?:or)?d|secret|token|api[_-]?key|authorization|signature)"
            r"[\w-]{0,40}[\"']?\s{0,9}[:=]\s{0,9})"
            r"(?!(?:bearer|basic)\s)(\"[^\"]*\"|'[^']*'|[^\s\"',;&}]+)",
            re.I,
        ),
        rf"\1{MASK}",
    ),
)


def _luhn(digits):
    total = 0
    for index, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + index % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _mask_cards(text):
    """Hide what passes the check digit; what does not may still overlap a card."""
    parts, done, position = [], 0, 0
    while match := _CARD.search(text, position):
        digits = re.sub("[ -]", "", match.group())
        position = match.end() if _luhn(digits) else match.start() + 4
        if _luhn(digits):
            parts += [text[done : match.start()], MASK]
            done = match.end()
    return "".join([*parts, text[done:]])


def _mask_iban(match):
    """ISO 7064 mod 97-10, so that other words of capitals and digits stay."""
    compact = match.group().replace(" ", "")
    number = "".join(str(int(c, 36)) for c in compact[4:] + compact[:4])
    return MASK if int(number) % 97 == 1 else match.group()


def mask_text(text):
    """Text for a log line: keys, tokens, card and bank numbers, e-mail addresses.

    :param text: str
    :returns: str with what is secret or personal replaced
    """
    for pattern, replacement in _TEXT_PATTERNS:
        text = pattern.sub(replacement, text)
    text = _mask_cards(text)
    text = _IBAN.sub(_mask_iban, text)
    return _EMAIL.sub(rf"\1{MASK}@\2", text)


def _compact(key):
    return re.sub(r"[^a-z0-9]", "", str(key).lower())


def _is_secret(key, extra):
    return key in _SECRET_KEYS or key in extra or bool(_SECRET_PART.search(key))


def _mask_phone(value):
    digits = re.sub(r"\D", "", value)
    return f"{MASK}{digits[-2:]}" if len(digits) > 2 else MASK


def _mask_value(key, value, extra):
    if value is None or isinstance(value, bool) or value == "":
        return value
    if _is_secret(key, extra):
        return MASK
    if _PHONE_PART.search(key) and isinstance(value, str | int):
        return _mask_phone(str(value))
    return _mask(value, extra)


def _mask(value, extra):
    if isinstance(value, dict):
        return {k: _mask_value(_compact(k), v, extra) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_mask(item, extra) for item in value]
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return MASK if mask_text(str(value)) == MASK else value
    return value


def mask(obj, extra_keys=frozenset()):
    """Copy of a document for display.

    Secrets become ``•••``, e-mail addresses ``a•••@example.com``, phone numbers keep
    their last two digits. None, booleans and "" stay, so that one still sees what is
    set and what is not.

    :param extra_keys: further keys whose values are hidden, in any spelling
    """
    return _mask(obj, frozenset(map(_compact, extra_keys)))


def hidden_in(obj, masked=None):
    """What :func:`mask` hides of a document, as :func:`hide` looks for it.

    :param obj: the document; ``masked`` is only for the way down into it
    :returns: frozenset of texts: letters and digits of the values
    """
    masked = mask(obj) if masked is None else masked
    if isinstance(obj, dict) and isinstance(masked, dict):
        pairs = [(value, masked[key]) for key, value in obj.items()]
    elif isinstance(obj, list | tuple) and isinstance(masked, list | tuple):
        pairs = list(zip(obj, masked, strict=True))
    elif isinstance(obj, dict | list | tuple):
        inner = obj.values() if isinstance(obj, dict) else obj
        pairs = [(value, MASK) for value in inner]
    else:
        # Shorter ones are in every text, and tell nothing.
        text = _compact(obj)
        return frozenset({text} if obj != masked and len(text) >= 4 else ())
    return frozenset().union(*(hidden_in(value, m) for value, m in pairs))


def hide(obj, hidden):
    """Copy of what was made of a document, without what :func:`mask` hides of that.

    A key hides a value only where it stands: under another key it would be shown.

    :param hidden: of :func:`hidden_in`
    """
    if isinstance(obj, dict):
        return {key: hide(value, hidden) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        return [hide(value, hidden) for value in obj]
    if isinstance(obj, str | int | float) and not isinstance(obj, bool):
        text = _compact(obj)
        return MASK if any(one in text for one in hidden) else obj
    return obj


def keep_headers(headers, extra=()):
    """The headers that may be stored, by allow-list, with lower-case names.

    :param headers: mapping or iterable of pairs
    :param extra: further names; those that carry signatures, credentials or cookies
        are left out even then
    """
    wanted = ALLOWED_HEADERS | {name.lower() for name in extra}
    pairs = headers.items() if hasattr(headers, "items") else headers
    return {
        name.lower(): str(value)[:_MAX_HEADER]
        for name, value in pairs
        if name.lower() in wanted and not _NEVER_A_HEADER.search(name.lower())
    }


class SensitiveFilter(logging.Filter):
    """Masks every record of the loggers or handlers it is added to."""

    _formatter = logging.Formatter()

    def filter(self, record):
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} {record.args}"
        record.msg, record.args = mask_text(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            # The formatter takes a text that is already there.
            record.exc_text = mask_text(record.exc_text)
        return True


def masked_logger(name: str) -> logging.Logger:
    """The logger of a module, with :class:`SensitiveFilter` on it.

    A filter of a logger does not see what its children log, so each module asks for
    its own.
    """
    logger = logging.getLogger(name)
    if not any(isinstance(part, SensitiveFilter) for part in logger.filters):
        logger.addFilter(SensitiveFilter())
    return logger
