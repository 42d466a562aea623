from . import entitlement, subscription
