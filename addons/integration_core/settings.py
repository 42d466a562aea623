# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the server's own configuration says: environment, keys, private hosts,
the token of monitors.

These are read from ``odoo.conf`` or the process environment and never from
the database, so that a copied database cannot act as the original and a person who
administers Odoo through the browser cannot open the network of the server.
An environment variable wins over ``odoo.conf``.
"""

import os
from functools import lru_cache

from odoo.tools import config

from .engine.encryption import KeyRing

DEFAULT_ENVIRONMENT = "development"
ENVIRONMENTS = [
    ("production", "Production"),
    ("staging", "Staging"),
    ("test", "Test"),
    ("development", "Development"),
]


def _option(name: str) -> str:
    """Value of one option; ``<NAME>_FILE`` names a file that holds it."""
    path = os.environ.get(f"{name.upper()}_FILE")
    if path:
        with open(path, encoding="utf-8") as handle:
            return handle.read().strip()
    return (os.environ.get(name.upper()) or config.get(name) or "").strip()


def current_environment() -> str:
    """The environment this server is: a connector of another one stays still."""
    return _option("integration_environment") or DEFAULT_ENVIRONMENT


def keys_option(environment: str | None = None) -> str:
    """Name of the option that holds the key ring of an environment."""
    return f"integration_keys_{environment or current_environment()}"


@lru_cache(maxsize=8)
def _parse_ring(text: str) -> KeyRing:
    return KeyRing.parse(text)


def key_ring() -> KeyRing | None:
    """The key ring of the current environment, None where no key is configured.

    :raises engine.encryption.KeyRingError: the option is there but malformed
    """
    text = _option(keys_option())
    return _parse_ring(text) if text else None


def private_hosts() -> frozenset[str]:
    """``host:port`` pairs that may be reached although they are not public."""
    return frozenset(
        part.strip()
        for part in _option("integration_private_hosts").split(",")
        if part.strip()
    )


def metrics_token() -> str:
    """What a monitor must know to read the hub's figures; empty: nobody reads them.

    A file that is not there is no token: the page is closed, and its log line says so.
    """
    try:
        return _option("integration_metrics_token")
    except OSError:
        return ""
