from . import (
    adapter,
    adapter_catch_up,
    adapter_intake,
    adapter_invoices,
    adapter_objects,
    adapter_payments,
    adapter_products,
    adapter_receipts,
    adapter_setup,
    connector,
)
