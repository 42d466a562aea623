# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceCost(InvoiceCase):
    """What is told to Odoo beforehand, to save time, must not change the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["account.account.tag"].create(
            [
                {
                    "name": "base",
                    "applicability": "taxes",
                    "country_id": cls.tax.country_id.id,
                },
                {"name": "product", "applicability": "products"},
            ]
        )
        cls.base_tag, cls.product_tag = tags
        parts = cls.tax.invoice_repartition_line_ids
        parts.filtered(
            lambda part: part.repartition_type == "base"
        ).tag_ids = cls.base_tag
        cls.product.account_tag_ids = cls.product_tag
        cls.reference = {"entity": "product", "external_id": "prod_1"}

    def _tags(self, *lines):
        """Tags of the document's lines, in order."""
        move = self._booked(self._invoice(*lines))
        lines = move.invoice_line_ids.sorted("sequence")
        return [line.tax_tag_ids for line in lines]

    def test_tags_of_a_taxed_line(self):
        (tags,) = self._tags(self._line("100.00", "19.00", product=self.reference))
        self.assertEqual(tags, self.base_tag | self.product_tag)

    def test_tags_of_a_line_without_tax(self):
        (tags,) = self._tags(self._line("100.00", product=self.reference))
        self.assertEqual(tags, self.product_tag)

    def test_tags_of_both_on_one_document(self):
        tags = self._tags(
            self._line("100.00", "19.00"), self._line("5.00", product=self.reference)
        )
        self.assertEqual(tags, [self.base_tag, self.product_tag])

    def test_lines_are_not_written_twice(self):
        """Ten more taxed lines: Odoo would write each of them once more."""
        written = []
        lines = self.registry["account.move.line"]
        original = lines.write

        def write(records, vals):
            if "tax_tag_ids" in vals:
                written.append(vals)
            return original(records, vals)

        self.patch(lines, "write", write)
        self._booked(self._invoice(*[self._line("10.00", "1.90") for _n in range(10)]))
        self.assertFalse(written)
