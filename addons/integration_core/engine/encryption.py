# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Secrets at rest: AES-256-GCM, bound to the place they are stored in.

Token: ``v1:<key id>:<12 bytes nonce><ciphertext and tag>``. The associated data is
``<aad>|<key id>|v1``, so a token copied to another record, or relabelled with another
key id or format, does not decrypt.
"""

import base64
import binascii
import os
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PREFIX = b"v1:"
_NONCE_LENGTH = 12  # NIST SP 800-38D: the length GCM is made for
_TAG_LENGTH = 16
_KEY_LENGTH = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")


class EncryptionError(Exception):
    """Base of all errors of this module; no text holds a key or a secret."""


class KeyRingError(EncryptionError):
    """The configured keys cannot be used."""


class DecryptionError(EncryptionError):
    """Wrong key, or the token was moved or altered."""


class MissingKeyError(EncryptionError):
    """The token names a key that is not configured."""


def _decode_key(text):
    padded = text.strip().translate(str.maketrans("-_", "+/"))
    padded += "=" * (-len(padded) % 4)
    return base64.b64decode(padded, validate=True)


def _parse_entry(number, entry):
    """(key id, key) of one entry; errors name it by place and id, never its key."""
    kid, colon, encoded = entry.strip().partition(":")
    # Without a colon the whole entry may be the key: then only its place is named.
    if not colon:
        raise KeyRingError(f"encryption key entry {number} has no key id (id:base64)")
    if not _KEY_ID.match(kid):
        raise KeyRingError(f"encryption key entry {number} has an invalid key id")
    name = f"encryption key entry {number} (“{kid}”)"
    try:
        key = _decode_key(encoded)
    except (binascii.Error, ValueError):
        raise KeyRingError(f"{name} is not base64") from None
    if len(key) != _KEY_LENGTH:
        raise KeyRingError(f"{name} must have {_KEY_LENGTH} bytes, it has {len(key)}")
    return kid, key


class KeyRing:
    """Several keys by id; the first one encrypts, all of them decrypt."""

    def __init__(self, ciphers):
        """
        :param ciphers: dict key id -> AESGCM in order of configuration; use
            :meth:`parse` to get one
        """
        self._ciphers = dict(ciphers)
        self.active_kid = next(iter(self._ciphers))
        self._head = _PREFIX + self.active_kid.encode() + b":"

    def __repr__(self):
        return f"<KeyRing {', '.join(self._ciphers)}>"

    @property
    def kids(self):
        """Ids of all keys, the active one first."""
        return tuple(self._ciphers)

    @classmethod
    def parse(cls, text):
        """Key ring from ``"kid1:base64key,kid2:base64key"``; the first is active.

        :raises KeyRingError: naming the entry, never the key
        """
        entries = [entry for entry in (text or "").split(",") if entry.strip()]
        if not entries:
            raise KeyRingError("no encryption key is configured")
        ciphers = {}
        for number, entry in enumerate(entries, 1):
            kid, key = _parse_entry(number, entry)
            if kid in ciphers:
                raise KeyRingError(f"encryption key id “{kid}” is configured twice")
            ciphers[kid] = AESGCM(key)
        return cls(ciphers)

    def encrypt(self, data, aad):
        """Encrypt with the active key.

        :param data: bytes
        :param aad: text naming the place of storage, e.g. ``model|uuid|field``
        :returns: token (bytes)
        """
        nonce = os.urandom(_NONCE_LENGTH)
        bound = f"{aad}|{self.active_kid}|v1".encode()
        sealed = self._ciphers[self.active_kid].encrypt(nonce, data, bound)
        return self._head + nonce + sealed

    def decrypt(self, token, aad):
        """Plain bytes of a token made for the same ``aad``.

        :raises MissingKeyError: its key id is not configured
        :raises DecryptionError: wrong key, moved to another place, or altered
        """
        kid, sealed = self._split(token)
        cipher = self._ciphers.get(kid)
        if cipher is None:
            raise MissingKeyError(f"encryption key “{kid}” is not configured")
        nonce, ciphertext = sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:]
        try:
            return cipher.decrypt(nonce, ciphertext, f"{aad}|{kid}|v1".encode())
        except InvalidTag:
            raise DecryptionError(
                f"the secret cannot be decrypted with key “{kid}”: it was made with "
                "another key, or it was moved or altered"
            ) from None

    def needs_rotation(self, token):
        """Whether the token was made with another key than the active one.

        :raises DecryptionError: it is not a token
        """
        return self._split(token)[0] != self.active_kid

    @staticmethod
    def _split(token):
        token = bytes(token)
        head, _colon, sealed = token[len(_PREFIX) :].partition(b":")
        kid = head.decode("ascii", "replace")
        if (
            not token.startswith(_PREFIX)
            or not _KEY_ID.match(kid)
            or len(sealed) < _NONCE_LENGTH + _TAG_LENGTH
        ):
            raise DecryptionError("the stored value is not an encrypted secret")
        return kid, sealed


def generate_key():
    """A new random key with a random id, as ``"<id>:<base64>"`` for the setting."""
    key = base64.b64encode(secrets.token_bytes(_KEY_LENGTH)).decode()
    return f"k{secrets.token_hex(4)}:{key}"
