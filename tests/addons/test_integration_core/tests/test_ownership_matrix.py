# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .common import CoreCase
from .ownership_matrix import OwnershipMatrix


@tagged("post_install", "-at_install")
class TestCustomerMatrix(OwnershipMatrix, CoreCase):
    entity = "customer"
    before = {
        "name": "Azure",
        "is_company": False,
        "email": "old@example.com",
        "phone": "+32 1",
        "language": "en-US",
        "reference": "OLD",
        "note": "old",
        "tax_ids": [{"value": "BE0477472701", "country": "BE"}],
        "addresses": [
            {
                "type": "main",
                "line1": "Old 1",
                "line2": "Old 2",
                "city": "Gent",
                "postal_code": "9000",
                "country": "US",
                "region": "CA",
            }
        ],
    }
    after = {
        "name": "Azure B",
        "is_company": True,
        "email": "new@example.com",
        "phone": "+32 2",
        "language": None,
        "reference": "NEW",
        "note": "new",
        "tax_ids": [{"value": "BE0202239951", "country": "BE"}],
        "addresses": [
            {
                "type": "main",
                "line1": "New 1",
                "line2": "New 2",
                "city": "Brugge",
                "postal_code": "8000",
                "country": "CA",
                "region": "ON",
            }
        ],
    }
    fields_sent = (
        "name",
        "is_company",
        "email",
        "phone",
        "lang",
        "ref",
        "comment",
        "vat",
        "street",
        "street2",
        "city",
        "zip",
        "country_id",
        "state_id",
    )


@tagged("post_install", "-at_install")
class TestContactMatrix(OwnershipMatrix, CoreCase):
    entity = "contact"
    before = {
        "name": "Brandon",
        "email": "old@example.com",
        "phone": "+32 1",
        "job_title": "Clerk",
        "customer": "clerk_boss",
    }
    after = {
        "name": "Brandon F",
        "email": "new@example.com",
        "phone": "+32 2",
        "job_title": "Director",
        "customer": "boss",
    }
    fields_sent = ("name", "email", "phone", "function", "parent_id")

    def setUp(self):
        super().setUp()
        for external_id in ("boss", "clerk_boss"):
            self._feed(external_id, {"name": external_id, "is_company": True})
