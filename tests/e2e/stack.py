# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The whole of it: PostgreSQL, a web server, a jobs server, people."""

import base64
import os
import secrets
from typing import NamedTuple

import psycopg2
from e2e.database import Postgres
from e2e.odoo_process import OdooProcess, free_port
from e2e.people import Person
from e2e.waiting import until

# Named as the cluster, so that two runs at once have a filestore each.
DATABASE = os.environ.get("PG_CLUSTER") or "e2e"
PASSWORD = "correct horse battery staple"
# First half of the advisory lock that a working drain holds (models/inbound/drain.py).
WORK_LOCK = 0x0D00A

# Tests that lose jobs name the connector in a table. (A trigger cannot be made while a
# drain runs: its job holds a lock on queue_job all the time.)
LOSE_JOBS = """
    CREATE TABLE e2e_lose_jobs (connector_id int);
    CREATE FUNCTION e2e_lose_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM queue_job USING e2e_lose_jobs l
         WHERE id = NEW.id
           AND identity_key LIKE 'integration.drain:' || l.connector_id || ':%';
        RETURN NULL;
    END $$;
    CREATE TRIGGER e2e_lose_jobs AFTER INSERT ON queue_job
        FOR EACH ROW EXECUTE FUNCTION e2e_lose_jobs();
"""


class Batch(NamedTuple):
    """A drain in the midst of a batch."""

    worker: int  # process id of the worker that works on it
    backend: int  # process id of its session in PostgreSQL
    transaction: str


class Stack:
    """Two Odoo servers on one database; they may reach ``simulator_ports``."""

    def __init__(self):
        self.postgres = Postgres()
        self.simulator_ports = [free_port(), free_port()]
        self.keys = "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.metrics_token = secrets.token_urlsafe(24)
        self.web = self.odoo("web", DATABASE, jobs="root:0", crons=0)
        self.jobs = self.odoo(
            "jobs", DATABASE, jobs="root:2,root.integration:2", crons=1
        )
        self._connection = None
        self.people: dict[str, Person] = {}

    def odoo(
        self, name, database, jobs, crons, environment="test", keys=None
    ) -> OdooProcess:
        """A server of this stack, not started.

        :param keys: another key ring than the stack's; "" for none
        """
        hosts = [f"127.0.0.1:{port}" for port in self.simulator_ports]
        return OdooProcess(
            name,
            database,
            jobs,
            crons,
            {
                "INTEGRATION_ENVIRONMENT": environment,
                f"INTEGRATION_KEYS_{environment.upper()}": (
                    self.keys if keys is None else keys
                ),
                "INTEGRATION_PRIVATE_HOSTS": ",".join(hosts),
                "INTEGRATION_METRICS_TOKEN": self.metrics_token,
            },
        )

    # -- life ----------------------------------------------------------------------

    def start(self) -> "Stack":
        self.postgres.start()
        self.postgres.copy(self.postgres.template(), DATABASE)
        self.postgres.execute(LOSE_JOBS, DATABASE)
        self.log_start = self.postgres.log_position()
        self.web.start()
        self.jobs.start()
        self.web.wait_ready()
        self.jobs.wait_ready()
        self._hire()
        return self

    def stop(self) -> None:
        self.close_sql()
        self.web.stop()
        self.jobs.stop()

    def _hire(self) -> None:
        """Two managers and an operator, made by Odoo's administrator."""
        admin = Person(self.web.url, DATABASE, "admin", "admin")
        for key, value in (
            ("web.base.url", self.web.url),
            ("web.base.url.freeze", "True"),
        ):
            admin.call("ir.config_parameter", "set_param", key, value)
        groups = dict(
            self.sql(
                "SELECT name, res_id FROM ir_model_data WHERE model = 'res.groups' "
                "AND module = 'integration_core'"
            )
        )
        for login, duty in (
            ("manager", "group_manager"),
            ("second", "group_manager"),
            ("operator", "group_operator"),
        ):
            admin.create(
                "res.users",
                name=login.title(),
                login=login,
                password=PASSWORD,
                group_ids=[(4, groups[duty])],
            )
            self.people[login] = Person(self.web.url, DATABASE, login, PASSWORD)
        self.people["admin"] = admin

    # -- SQL -----------------------------------------------------------------------

    def sql(self, statement: str, *params) -> list[tuple]:
        """Run one statement, past Odoo; connects again after a crash of PostgreSQL."""
        if self._connection is None or self._connection.closed:
            self._connection = self.postgres.connect(DATABASE)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, params)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.OperationalError:
            self.close_sql()
            raise

    def value(self, statement: str, *params):
        """First column of the first row."""
        return self.sql(statement, *params)[0][0]

    def close_sql(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- workers -------------------------------------------------------------------

    def batches(self) -> list[Batch]:
        """Drains in the midst of a batch: they hold a drain's lock and have written.

        A session does not tell which worker it serves (Odoo's application_name is the
        master's); the job of the same drain does. The job of a worker that died says
        "started" until queue_job finds it, so that only living workers count.
        """
        rows = self.sql(
            """
            SELECT j.worker_pid, a.pid, a.backend_xid::text FROM pg_locks l
              JOIN pg_stat_activity a ON a.pid = l.pid
              JOIN queue_job j ON j.state = 'started'
               AND split_part(j.identity_key, ':', 1) = 'integration.drain'
               AND split_part(j.identity_key, ':', 2)::bigint = l.objid::bigint / 16
               AND split_part(j.identity_key, ':', 3)::bigint = l.objid::bigint %% 16
             WHERE l.locktype = 'advisory' AND l.classid = %s AND l.granted
               AND a.backend_xid IS NOT NULL AND a.datname = current_database()
            """,
            WORK_LOCK,
        )
        alive = set(self.jobs.http_workers()) if rows else set()
        return [batch for row in rows if (batch := Batch(*row)).worker in alive]

    def is_open(self, batch: Batch) -> bool:
        """Whether a batch of a worker that stands still is unfinished, for good.

        What the worker had sent before is awaited: it may be the COMMIT.
        """

        def session():
            rows = self.sql(
                "SELECT state, backend_xid::text FROM pg_stat_activity WHERE pid = %s",
                batch.backend,
            )
            state, transaction = rows[0] if rows else ("gone", None)
            return None if state == "active" else (state, transaction)

        state, transaction = until("its session is idle", session, 90, 0.001)
        return transaction == batch.transaction and state.startswith("idle in")

    def fate(self, transaction: str) -> str:
        """How a transaction ended: committed or aborted; in progress if it has not."""
        return self.value("SELECT pg_xact_status(%s::xid8)", transaction)

    def run_cron(self, name: str, database=DATABASE) -> None:
        """Let the cron worker run one of core's crons now instead of in a minute."""
        self.postgres.execute(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' WHERE id = ("
            "SELECT res_id FROM ir_model_data WHERE module = 'integration_core' "
            f"AND name = '{name}')",
            database,
        )
        self.postgres.execute(f"SELECT pg_notify('cron_trigger', '{database}')")

    def describe(self) -> str:
        """What everybody is doing, for the text of a failure; stacks go to the logs."""
        for server in (self.web, self.jobs):
            server.dump_stacks()
        jobs = self.sql(
            "SELECT state, identity_key, method_name, retry, eta FROM queue_job "
            "WHERE state NOT IN ('done', 'cancelled') ORDER BY id LIMIT 20"
        )
        sessions = self.sql(
            "SELECT application_name, state, wait_event_type, wait_event, "
            "left(query, 100) FROM pg_stat_activity WHERE datname = current_database()"
        )
        return "\n".join(map(str, [*jobs, *sessions]))
