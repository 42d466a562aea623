# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
import socket
import threading

import requests

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, config

from odoo.addons.integration_core.engine.no_network import NetworkRefusedError
from odoo.addons.integration_core.messages import Source
from odoo.addons.integration_core.preview_messages import PreviewSource
from odoo.addons.test_integration_core.tests.common import SYSTEM

from .common import ENTITIES

ADA = {"name": "Ada Lovelace", "is_company": False, "email": "ada@example.com"}


# Real cursors, real commits: nothing here is undone by the test itself.
@tagged("post_install", "-at_install")
class TestDryRunIsPure(BaseCase):
    """After a dry run that did everything the database is the same, row by row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    # === WHAT IS COMPARED === #

    def _everything(self) -> dict:
        """Checksum of each table, state of each number, names of the stored files."""
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = current_schema::regnamespace ORDER BY relname"
            )
            state = {}
            for (table,) in cr.fetchall():
                cr.execute(
                    SQL(
                        "SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY "
                        "md5(t::text))) FROM %s t",
                        SQL.identifier(table),
                    )
                )
                state[table] = cr.fetchone()
            cr.execute(
                "SELECT sequencename, last_value FROM pg_sequences "
                "WHERE sequencename LIKE 'ir_sequence_%' ORDER BY 1"
            )
            state["(numbers)"] = [
                row for row in cr.fetchall() if not row[0].endswith("_id_seq")
            ]
        store = config.filestore(get_db_name())
        state["(files)"] = sorted(
            name for _folder, _folders, names in os.walk(store) for name in names
        )
        return state

    def _simulate(self, function):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["integration.dry.run"]._simulate(function)

    def assertPure(self, function):
        """Run it dry and compare everything; gives back what it gave back."""
        before = self._everything()
        self.assertGreater(len(before), 200)
        result = self._simulate(function)
        after = self._everything()
        changed = [name for name in before if before[name] != after.get(name)]
        self.assertEqual(changed, [])
        self.assertEqual(before.keys(), after.keys())
        self.assertFalse(self.registry.cache_invalidated)
        return result

    # === WHAT IS DONE === #

    def _company(self, env):
        """A company with its books, which takes everything along that exists."""
        euro = env["res.currency"].with_context(active_test=False)
        euro = euro.search([("name", "=", "EUR")])
        euro.active = True
        company = env["res.company"].create(
            {
                "name": "Only dry",
                "currency_id": euro.id,
                "country_id": env.ref("base.us").id,
            }
        )
        env.user.company_ids |= company
        env = env(context=dict(env.context, allowed_company_ids=company.ids))
        env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        company.currency_id = euro
        return company.with_env(env)

    def _connector(self, company):
        env = company.env
        sales = env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        connector = env["integration.connector"].create(
            {
                "name": "Dry",
                "system": SYSTEM,
                "company_id": company.id,
                "sale_journal_id": sales.id,
            }
        )
        connector.action_create_service_user()
        for entity, names in {
            "customer": ("name", "is_company", "email"),
            "invoice": ENTITIES["invoice"],
        }.items():
            lines = [
                Command.create({"kind": "value", "target": name, "source": name})
                for name in names
            ]
            mapping = env["integration.mapping"].create(
                {
                    "name": entity,
                    "system": SYSTEM,
                    "entity": entity,
                    "version": 95,
                    "company_id": company.id,
                    "line_ids": lines,
                }
            )
            mapping.sudo().state = "approved"
            env["integration.flow"].create(
                {
                    "connector_id": connector.id,
                    "entity": entity,
                    "mapping_id": mapping.id,
                    "mode": "live",
                }
            )
        connector._set_state("active", "")
        return connector

    def _invoice(self) -> dict:
        def money(amount):
            return {"amount": amount, "currency": "EUR"}

        line = {
            "external_id": "il_1",
            "description": "Plan Pro",
            "amount": money("100.00"),
            "taxes": [],
        }
        return {
            "number": "R-1",
            "status": "open",
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "currency": "EUR",
            "issued_at": "2026-02-10T12:00:00Z",
            "untaxed": money("100.00"),
            "tax": money("0.00"),
            "total": money("100.00"),
            "lines": [line],
        }

    def test_the_whole_path(self):
        """A customer and an invoice, from nothing to the posted entry."""

        def work(env):
            connector = self._connector(self._company(env))
            sources = [
                PreviewSource(entity, name, source=Source(record, "1"))
                for entity, name, record in (
                    ("customer", "cus_1", ADA),
                    ("invoice", "in_1", self._invoice()),
                )
            ]
            dry_run = env["integration.dry.run"]
            found = dry_run._walk(connector, sources, {}, {}, "apply")
            moves = env["account.move"].search(
                [("company_id", "=", connector.company_id.id)]
            )
            return [p.as_dict() for p in found], moves.mapped("state")

        previews, states = self.assertPure(work)
        outcomes = [(p["outcome"], p["operation"], p["error"]) for p in previews]
        self.assertEqual(outcomes, [("done", "create", None), ("done", "post", None)])
        self.assertEqual(states, ["posted"])

    def test_everything_that_a_rollback_does_not_reach(self):
        """Numbers, mail, files, jobs, hooks, parameters, commits, other cursors."""
        ran = []

        def work(env):
            sequences = env["ir.sequence"].search([])
            distinct = all(s.next_by_id() != s.next_by_id() for s in sequences)
            partner = env["res.partner"].create(
                {"name": "Nobody", "email": "n@example.com"}
            )
            partner.message_post(body="hello", partner_ids=partner.ids)
            env["mail.mail"].create(
                {"subject": "dry", "email_to": "n@example.com", "body_html": "x"}
            ).send()
            attachment = env["ir.attachment"].create({"name": "dry", "raw": b"dry run"})
            params = env["ir.config_parameter"]
            params.set_param("integration.dry", "yes")
            env["integration.connector"].browse(0).with_delay()._job_drain(0)
            env.cr.postcommit.add(lambda: ran.append("post"))
            env["ir.cron"].search([], limit=1)._trigger()
            env.cr.commit()
            with env.registry.cursor() as other:
                other.execute("UPDATE res_lang SET name = name || '!'")
            return distinct, attachment.raw.decode()

        distinct, content = self.assertPure(work)
        self.assertTrue(distinct)
        self.assertEqual(content, "dry run")
        self.assertEqual(ran, [])
        with self.registry.cursor() as cr:
            params = api.Environment(cr, SUPERUSER_ID, {})["ir.config_parameter"]
            self.assertFalse(params.get_param("integration.dry"))

    def test_nothing_is_heard_outside(self):
        """A real server, asked by several libraries, also on a connection kept open."""
        heard = []
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        port = server.getsockname()[1]

        def serve():
            while True:
                try:
                    client, _address = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=[client], daemon=True).start()

        def answer(client):
            with client:
                while data := client.recv(65536):
                    heard.append(data)
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        threading.Thread(target=serve, daemon=True).start()
        address = f"http://127.0.0.1:{port}"
        session = requests.Session()
        # Odoo lets tests ask nobody; this server is the test's own.
        send = session.get_adapter(address).send
        request = requests.Request("GET", address).prepare()
        self.assertEqual(send(request).text, "ok")
        self.assertEqual(len(heard), 1)

        def work(_env):
            refused = 0
            for attempt in (
                lambda: send(request),
                lambda: socket.create_connection(("127.0.0.1", port)),
                lambda: socket.getaddrinfo("example.com", 443),
            ):
                try:
                    attempt()
                except (requests.RequestException, NetworkRefusedError):
                    refused += 1
            return refused

        self.assertEqual(self.assertPure(work), 3)
        self.assertEqual(len(heard), 1)
        self.assertEqual(send(request).text, "ok")

    def test_what_is_no_row(self):
        """A field that was added, a lock of the session, a failure half way."""

        def work(env):
            env["ir.model.fields"].create(
                {
                    "model_id": env["ir.model"]._get("res.partner").id,
                    "name": "x_only_dry",
                    "ttype": "char",
                }
            )
            env.cr.execute("SELECT pg_advisory_lock(4711)")
            env["res.partner"].create({"name": "a", "x_only_dry": "b"})
            return "x_only_dry" in env["res.partner"]._fields

        self.assertTrue(self.assertPure(work))
        self.assertNotIn("x_only_dry", self.registry["res.partner"]._fields)
        with self.registry.cursor() as cr:
            cr.execute("SELECT pg_try_advisory_lock(4711), pg_advisory_unlock(4711)")
            self.assertTrue(cr.fetchone()[0])

        def fails(env):
            env["res.partner"].create({"name": "a"})
            env.flush_all()
            raise ValueError("half way")

        before = self._everything()
        with self.assertRaisesRegex(ValueError, "half way"):
            self._simulate(fails)
        self.assertEqual(self._everything(), before)
        # The thread is free again.
        self.assertEqual(self._simulate(lambda env: 1), 1)

    def test_cache_does_not_go_back_behind_the_caller(self):
        """What the caller has changed is not seen within, nor forgotten after."""
        name = "integration.dry.cache"

        def work(env):
            return env["ir.config_parameter"].get_param(name, "none")

        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            params = env["ir.config_parameter"]
            params.set_param(name, "mine")
            env.flush_all()
            self.assertEqual(env["integration.dry.run"]._simulate(work), "none")
            self.assertEqual(params.get_param(name), "mine")
            self.assertTrue(self.registry.cache_invalidated)
            cr.rollback()
            self.registry.reset_changes()

    def test_somebody_is_booking(self):
        """A row that another transaction holds: a clear sentence, soon."""
        with self.registry.cursor() as holder:
            holder.execute("SELECT id FROM res_lang WHERE code = 'en_US' FOR UPDATE")

            def work(env):
                env.cr.execute(
                    "UPDATE res_lang SET name = 'x' WHERE code = 'en_US'",
                    log_exceptions=False,
                )

            with self.registry.cursor() as cr, self.assertRaises(UserError) as caught:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["integration.dry.run"]._simulate(work, lock_timeout_ms=100)
            self.assertIn("moment", str(caught.exception))
            holder.rollback()

    def test_somebody_was_quicker(self):
        """A row that was changed after our snapshot: tried again, unnoticed."""
        turns = []

        def work(env):
            env.cr.execute("SELECT 1 FROM res_lang")  # the snapshot begins
            if not turns:
                with self.registry._db.cursor() as other:
                    # The same value: the row is another one, its content is not.
                    other.execute("UPDATE res_lang SET name = name")
                    other._cnx.commit()
            turns.append(1)
            change = "UPDATE res_lang SET name = name || '!'"
            env.cr.execute(change, log_exceptions=False)
            return len(turns)

        self.assertEqual(self.assertPure(work), 2)

    def test_a_number_without_gaps_is_not_locked(self):
        """While a dry run has drawn one, everybody else gets the next at once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            sequence = env["ir.sequence"].create(
                {"name": "t", "implementation": "no_gap", "number_next": 3}
            )
            sequence_id = sequence.id
        self.addCleanup(self._remove, "ir.sequence", sequence_id)

        def work(env):
            drawn = env["ir.sequence"].browse(sequence_id).next_by_id()
            with self.registry._db.cursor() as other:
                other.execute(
                    "SELECT number_next FROM ir_sequence WHERE id = %s "
                    "FOR UPDATE NOWAIT",
                    (sequence_id,),
                )
                return drawn, other.fetchone()[0]

        self.assertEqual(self._simulate(work), ("3", 3))

    def _remove(self, model: str, res_id: int):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})[model].browse(res_id).unlink()
