# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Integration Stripe",
    "summary": "Customers, products, invoices and payments of Stripe in Odoo",
    "version": "19.0.1.0.0",
    "category": "Productivity/Integrations",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["integration_account"],
    "data": [
        "data/integration_value_map.xml",
        "data/integration_mapping_customer.xml",
        "data/integration_mapping_product.xml",
        "data/integration_mapping_price.xml",
        "data/integration_mapping_tax_rate.xml",
        "data/integration_mapping_invoice.xml",
        "data/integration_mapping_payment.xml",
        "data/integration_mapping_customer_out.xml",
        "data/integration_mapping_product_out.xml",
        "data/integration_mapping_price_out.xml",
        "data/integration_mapping_invoice_out.xml",
    ],
}
