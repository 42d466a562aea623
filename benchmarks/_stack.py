# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Databases, the two Odoo processes of a real installation, PostgreSQL's log, wrk."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg2
from _lib import KEPT, ROOT
from _traffic import write_signed

BIN = ROOT / ".local" / "bin" / "odoo"
CONF = KEPT / "odoo.conf"
WEB_PORT = int(os.environ.get("BENCH_WEB_PORT", "8569"))
JOBS_PORT = int(os.environ.get("BENCH_JOBS_PORT", "8579"))
START_LIMIT = 90  # seconds


class Template(NamedTuple):
    """A configured database that others are copies of.

    :param name: of the database
    :param modules: what is installed, without our baseline addon
    :param addons: folders whose changes make it old
    :param script: file in benchmarks/ whose ``main(env)`` configures it
    """

    name: str
    modules: str
    addons: tuple[str, ...]
    script: str


CORE = Template(
    "bench_template", "integration_core", ("integration_core",), "_configure.py"
)
BOOKS = Template(
    "bench_template_books",
    "integration_stripe",
    ("integration_core", "integration_account", "integration_stripe"),
    "_configure_books.py",
)
CONTROL = re.compile(
    "BEGIN|COMMIT|ROLLBACK|ABORT|RESET|SET |DISCARD|SAVEPOINT|RELEASE", re.IGNORECASE
)


# === DATABASES === #


def connect(database: str, superuser: bool = False):
    """Autocommit connection to our own cluster, over its socket."""
    user = {"user": "postgres"} if superuser else {}
    connection = psycopg2.connect(dbname=database, **user)
    connection.autocommit = True
    return connection


def query(connection, sql: str, *args) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall() if cursor.description else []


def fresh_database(name: str, template: Template = CORE) -> str:
    """A copy of the configured template, made again when our addons change."""
    _write_conf()
    _ensure_template(template)
    with closing(connect("postgres")) as connection:
        query(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        query(connection, f'CREATE DATABASE "{name}" TEMPLATE "{template.name}"')
    return name


def drop_database(name: str) -> None:
    with closing(connect("postgres")) as connection:
        query(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _write_conf() -> None:
    """The configuration ``./run`` wrote, with our baseline addon on its path."""
    KEPT.mkdir(parents=True, exist_ok=True)
    text = (ROOT / ".local" / "odoo-bench.conf").read_text(encoding="utf-8")
    addons = ROOT / "benchmarks" / "addons"
    text = text.replace("addons_path = ", f"addons_path = {addons},")
    CONF.write_text(text, encoding="utf-8")
    os.environ["ODOO_RC"] = str(CONF)


def _ensure_template(template: Template) -> None:
    stamp = KEPT / template.name.removeprefix("bench_")
    code = _code(template)
    with closing(connect("postgres")) as connection:
        there = query(
            connection, "SELECT 1 FROM pg_database WHERE datname = %s", template.name
        )
    if there and stamp.exists() and stamp.read_text(encoding="utf-8") == code:
        return
    print("  preparing a database …", file=sys.stderr, flush=True)
    stamp.unlink(missing_ok=True)
    quiet = {"ODOO_QUEUE_JOB_CHANNELS": "root:0"}
    _run(ROOT / "run", "newdb", template.name, template.modules)
    _run(
        BIN,
        f"--database={template.name}",
        "--init=integration_bench",
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
        "--workers=0",
        **quiet,
    )
    script = ROOT / "benchmarks" / template.script
    tool = ROOT / "tools" / "odoo_script.py"
    _run(sys.executable, tool, template.name, script, **quiet)
    stamp.write_text(code, encoding="utf-8")


def _run(*command, **environment) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit((done.stdout + done.stderr)[-4000:])


def _code(template: Template) -> str:
    """Changes with everything an installed database is made of."""
    sha = hashlib.sha256()
    paths = [ROOT / "benchmarks" / template.script]
    for folder in (
        *(ROOT / "addons" / name for name in template.addons),
        ROOT / "benchmarks/addons",
    ):
        paths += sorted(folder.rglob("*"))
    for path in paths:
        if path.suffix in (".py", ".xml", ".csv", ".json"):
            sha.update(path.read_bytes())
    return sha.hexdigest()


# === ODOO === #


class Stack:
    """A web process with 2 workers and, if wanted, a jobs process with 2 workers.

    As the demo starts them, but without cron workers: nothing may mend behind our back
    what the core path lost.
    """

    def __init__(self, database: str, *, web: bool = True, jobs: bool = True):
        self.database = database
        self.url = f"http://127.0.0.1:{WEB_PORT}"
        self._wanted = {"web": web, "jobs": jobs}
        self._processes: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        try:
            if self._wanted["web"]:
                self._start("web", WEB_PORT, ODOO_QUEUE_JOB_CHANNELS="root:0")
            if self._wanted["jobs"]:
                self._start(
                    "jobs",
                    JOBS_PORT,
                    ODOO_QUEUE_JOB_CHANNELS="root:2,root.integration:2",
                    ODOO_QUEUE_JOB_HOST="127.0.0.1",
                    ODOO_QUEUE_JOB_PORT=str(JOBS_PORT),
                )
            for name, port in (("web", WEB_PORT), ("jobs", JOBS_PORT)):
                if self._wanted[name]:
                    self._wait(name, port)
            if self._wanted["jobs"]:
                time.sleep(6)  # the runner waits 5 s for its own server
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc):
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _start(self, name: str, port: int, **environment) -> None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                sys.exit(f"Port {port} is in use: set BENCH_{name.upper()}_PORT")
        command = [
            str(BIN),
            f"--database={self.database}",
            "--workers=2",
            "--max-cron-threads=0",
            f"--http-port={port}",
            f"--gevent-port={port + 1}",
            "--log-level=warn",
        ]
        with open(KEPT / f"{name}.log", "wb") as log:
            self._processes[name] = subprocess.Popen(
                command,
                env=dict(os.environ, **environment),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _wait(self, name: str, port: int) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._processes[name].poll() is not None:
                break
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=9)
                return
            except OSError:
                time.sleep(0.2)
        sys.exit(f"Odoo ({name}) does not answer: see {KEPT / name}.log")

    def process(self, name: str) -> psutil.Process:
        return psutil.Process(self._processes[name].pid)

    def post(self, path: str, body: bytes, headers: dict) -> tuple[int, bytes]:
        request = urllib.request.Request(
            self.url + path,
            data=body,
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()


def odoo_env(database: str):
    """An environment of the superuser inside this process; its cursor is the caller's
    to commit."""
    import odoo.init  # noqa: F401  Odoo's own set-up, before anything else of it
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["--no-http", f"--database={database}", "--log-level=warn"], setup_logging=True
    )
    return api.Environment(Registry(database).cursor(), SUPERUSER_ID, {})


def store(env, connector, bodies) -> None:
    """Put messages into the inbox as intake does, many in one statement."""
    gate = connector._webhook_gate()
    adapter = connector._adapter()
    messages = [m for body in bodies for m in adapter._split(gate, body, {})]
    for start in range(0, len(messages), 500):
        env["integration.intake"]._store(gate, messages[start : start + 500], {})


# === CPU === #


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process and all its living descendants so far."""
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        try:
            times = member.cpu_times()
            total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


def backend_cpu(database: str) -> float:
    """CPU seconds of PostgreSQL's backends of a database so far."""
    total = 0.0
    for process in psutil.process_iter(["name", "cmdline"]):
        title = " ".join(process.info["cmdline"] or ())
        if title.startswith("postgres:") and f" {database} " in title:
            times = process.cpu_times()
            total += times.user + times.system
    return total


# === POSTGRESQL'S LOG === #


class ServerLog:
    """What PostgreSQL itself wrote about one database since this object was made."""

    def __init__(self, database: str):
        self.database = database
        with closing(connect("postgres", superuser=True)) as connection:
            ((folder,),) = query(connection, "SHOW data_directory")
        self._path = Path(folder) / "server.log"
        self._offset = self._path.stat().st_size

    def lines(self) -> list[str]:
        with open(self._path, "rb") as handle:
            handle.seek(self._offset)
            text = handle.read().decode("utf-8", "replace")
        return [line for line in text.splitlines() if f" {self.database} " in line]

    def conflicts(self) -> int:
        """Serialization failures and deadlocks."""
        words = ("could not serialize access", "deadlock detected")
        return sum(any(word in line for word in words) for line in self.lines())

    def statements(self) -> tuple[int, int]:
        """How many statements: those that do something, those that only frame them."""
        texts = [
            line.split("statement: ", 1)[1]
            for line in self.lines()
            if " LOG:  statement: " in line
        ]
        control = sum(bool(CONTROL.match(text.strip())) for text in texts)
        return len(texts) - control, control


@contextmanager
def every_statement_logged():
    """PostgreSQL logs every statement of the cluster meanwhile."""
    connection = connect("postgres", superuser=True)
    try:
        query(connection, "ALTER SYSTEM SET log_statement = 'all'")
        query(connection, "SELECT pg_reload_conf()")
        time.sleep(0.5)
        yield
    finally:
        query(connection, "ALTER SYSTEM RESET log_statement")
        query(connection, "SELECT pg_reload_conf()")
        connection.close()
        time.sleep(0.5)


# === WRK === #


class Shot(NamedTuple):
    """What one run of wrk saw; times in milliseconds."""

    rate: float
    p50: float
    p99: float
    worst: float
    refused: int
    broken: int


class Wrk:
    """Load from Debian's ``wrk``: one thread, so that it leaves the cores to Odoo."""

    FIRST = 1

    def __init__(self, messages: int, entity: str = "customer"):
        if not shutil.which("wrk"):
            sys.exit("wrk is missing: apt-get install wrk")
        self._folder = KEPT / "wrk"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._messages = messages
        self._next = 0
        write_signed(self._folder, messages, self.FIRST, entity)

    def shoot(self, url: str, *, clients: int, seconds: int, copies: int = 1) -> Shot:
        """Send for a while; every message is new to the server, ``copies`` times."""
        command = [
            "wrk",
            "-t1",
            f"-c{clients}",
            f"-d{seconds}s",
            "-s",
            ROOT / "benchmarks" / "wrk.lua",
            url,
            "--",
            self._folder,
            self.FIRST,
            self._next,
            copies,
        ]
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False
        )
        found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
        if not found:
            sys.exit(done.stdout + done.stderr)
        requests, micro, p50, p99, worst, refused, broken = map(
            int, found.group(1).split()
        )
        if "empty" not in url:
            self._next += requests // copies + 2 * clients
        if self._next > self._messages:
            sys.exit("More signed messages are needed than were prepared")
        return Shot(
            requests / micro * 1e6, p50 / 1e3, p99 / 1e3, worst / 1e3, refused, broken
        )
