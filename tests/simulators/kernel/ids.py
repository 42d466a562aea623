# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Identifiers that look random and repeat with the seed."""

import hashlib
import secrets
import string
import threading

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


class IdFactory:
    """Hands out ids; the n-th id of a seed is always the same.

    The counter is part of the stored state, so that a restarted simulator never
    gives an id twice.
    """

    def __init__(self, seed: int | str | None = None):
        self.seed = secrets.token_hex(8) if seed is None else str(seed)
        self.counter = 0
        self._lock = threading.Lock()

    def __call__(self, prefix: str, length: int = 24) -> str:
        with self._lock:
            self.counter += 1
            counter = self.counter
        digest = hashlib.sha512(f"{self.seed}:{prefix}:{counter}".encode()).digest()
        number = int.from_bytes(digest, "big")
        chars = []
        for _index in range(length):
            number, rest = divmod(number, len(ALPHABET))
            chars.append(ALPHABET[rest])
        return prefix + "".join(chars)

    def dump(self) -> dict:
        return {"seed": self.seed, "counter": self.counter}

    def load(self, data: dict) -> None:
        self.seed = data["seed"]
        self.counter = data["counter"]
