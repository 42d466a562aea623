# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import TransactionCase
from odoo.tools import SQL

from odoo.addons.integration_core.engine.normalise import NORMALISERS
from odoo.addons.integration_core.models.matching.entity_match_search import EXPRESSIONS

# What people store, by normaliser; every one of them has a normal form.
STORED = {
    "exact": ("AB-12", "  AB-12 "),
    "reference": ("AB 12/3", "ab-123", "Ä 12"),
    "vat": ("DE 123.456.789", "de123456789", "EL123456789", "123456789"),
    "phone": ("+49 30 1234567", "0049 30 1234567", "030 / 123 45 67"),
    "domain": (
        "https://www.acme.example:8443/shop?x=1#top",
        "ACME.example",
        "http://user:secret@acme.example/",
        "www.www.acme.example.",
        "acme.example?utm=1",
    ),
    "name": (
        "Müller & Söhne GmbH",
        "Café  Noir",
        "Straße 7",
        "GROẞE STRASSE",
        "ΟΔΥΣΣΕΥΣ",
        "Łódź Ltd.",
        "株式会社",
    ),
}


class TestNarrowing(TransactionCase):
    """What the database compares lets through all that the normaliser calls equal."""

    def test_nothing_is_missed(self):
        for name, values in STORED.items():
            normaliser = NORMALISERS[name]
            for value in values:
                with self.subTest(normaliser=name, value=value):
                    clean = normaliser.clean(value, "DE")
                    self.assertTrue(clean)
                    self.env.cr.execute(SQL("SELECT %s", SQL(EXPRESSIONS[name], value)))
                    found = self.env.cr.fetchone()[0]
                    self.assertEqual(found, normaliser.narrow(clean))
