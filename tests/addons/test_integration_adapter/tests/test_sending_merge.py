# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .sending import SendingCase


class TestSendingMerged(SendingCase):
    """Odoo's merge of contacts while messages are on their way out."""

    def merge(self, survivor, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([survivor.id, *(other.id for other in others)], survivor)
        self.env.flush_all()

    def test_a_record_that_was_about_to_be_sent(self):
        """It was new; the survivor stood there before anybody wanted to know.

        The survivor has its values already, so the merge itself changes nothing.
        """
        survivor = self.partner(email="one@deco.example")
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM integration_event")
        other = self.partner(email="one@deco.example")
        pending = self.events(other)
        self.assertEqual(pending.state, "pending")
        self.merge(survivor, other)
        self.send()
        self.assertEqual(pending.state, "skipped")
        [data] = self.peer.objects.values()
        self.assertEqual(data["record"]["mail"], "one@deco.example")
        self.assertEqual(self.link(survivor).external_id, "N1")

    def test_two_that_are_known_there(self):
        """No object is deleted there: both lead to the survivor now."""
        survivor, other = self.partner(name="One"), self.partner(name="Two")
        self.send()
        before = dict(self.peer.objects)
        # Which of two new records goes out first is not promised.
        own = self.link(survivor).external_id
        other.phone = "2"
        self.merge(survivor, other)
        self.send()
        self.assertEqual(set(self.peer.objects), set(before))
        self.assertFalse([m for m, *_rest in self.peer.writes if m == "DELETE"])
        links = self.link(survivor)
        self.assertEqual(set(links.mapped("external_id")), {"N1", "N2"})
        self.assertEqual(links.filtered("primary").mapped("external_id"), [own])
        self.assertEqual(self.peer.objects[own]["record"]["telephone"], "2")
        self.assertEqual(set(self.events().mapped("state")), {"done", "skipped"})
