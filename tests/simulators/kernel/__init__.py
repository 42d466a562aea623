# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What every simulator needs, free of any system's protocol."""

from .clock import VirtualClock
from .faults import Fault, FaultPlan
from .ids import IdFactory
from .sender import Delivery, Sender
from .server import ConnectionReset, HttpServer, Request, Response

__all__ = [
    "ConnectionReset",
    "Delivery",
    "Fault",
    "FaultPlan",
    "HttpServer",
    "IdFactory",
    "Request",
    "Response",
    "Sender",
    "VirtualClock",
]
