# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The tests' own PostgreSQL server: databases, crashes, and what its log says."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
from e2e.waiting import until

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
RUN = str(ROOT / "run")
ADDONS = "integration_core,integration_account,integration_stripe"
COMPANY = Path(__file__).with_name("company.py")
FILESTORE = LOCAL / f"data-{os.environ.get('PG_CLUSTER', 'e2e')}/filestore"
CONFLICTS = ("could not serialize access", "deadlock detected")
_PREFIX = re.compile(r"^\S+ \S+ \S+ \[\d+\] (?P<app>\S*) (?P<db>\S*) ")


class Postgres:
    """The private cluster that ``./run`` keeps under the name in PG_CLUSTER.

    These tests kill it, so that it must be nobody else's.
    """

    def __init__(self):
        self.cluster = os.environ["PG_CLUSTER"]
        self.data = LOCAL / f"pg-{self.cluster}"

    # -- life ----------------------------------------------------------------------

    def start(self) -> None:
        """Start it and wait until it answers.

        After a crash it may be away for a long time: it first syncs every file of the
        cluster, 10 s on a quiet machine, more than the minute that ``pg_ctl`` waits
        on a slow disk.
        """
        command = [RUN, "postgres", "start"]
        done = subprocess.run(command, capture_output=True, text=True)
        until(f"PostgreSQL answers; {done.stderr.strip()}", self._answers, 300, 0.1)
        self._quicken_recovery()

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _quicken_recovery(self) -> None:
        """One sync of the file system instead of one a file. It is no less a crash."""
        if self.version() < 140000:
            return
        setting = "recovery_init_sync_method"
        if self.execute(f"SHOW {setting}") != [("syncfs",)]:
            # The role of the tests may not; the cluster is private and asks nobody.
            self.execute(f"ALTER SYSTEM SET {setting} = 'syncfs'", user="postgres")
            self.execute("SELECT pg_reload_conf()", user="postgres")

    def crash(self) -> None:
        """End it as a crash does: no checkpoint, every connection cut."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)  # "immediate shutdown"
        until("PostgreSQL is down", lambda: not Path(f"/proc/{pid}").exists())

    # -- databases -----------------------------------------------------------------

    def connect(self, database: str, user: str | None = None):
        """A connection in autocommit; server and role come from the environment."""
        connection = psycopg2.connect(
            dbname=database, application_name="e2e", user=user
        )
        connection.autocommit = True
        return connection

    def execute(self, statement: str, database="postgres", user=None) -> list:
        connection = self.connect(database, user)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def copy(self, source: str, target: str) -> None:
        """A plain copy, as an administrator makes it: nothing in it is changed.

        Copied by files: with the strategy of PostgreSQL 15 and later, WAL, a crash soon
        after it sets sequences back (the copied page says that the next 32 values are
        logged already, and until the next checkpoint they are not logged again).
        """
        self.drop(target)
        strategy = "STRATEGY file_copy" if self.version() >= 150000 else ""
        self.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" {strategy}')
        if (FILESTORE / source).is_dir():
            shutil.copytree(FILESTORE / source, FILESTORE / target)

    def dump_into(self, source: str, target: str) -> None:
        """Copy a database that is in use, as a backup and its restoration do."""
        self.drop(target)
        self.execute(f'CREATE DATABASE "{target}"')
        folder = _programs()
        command = [folder / "pg_dump", "--no-owner", source]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as dump:
            subprocess.run(
                [folder / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", target],
                stdin=dump.stdout,
                check=True,
                capture_output=True,
            )
        assert dump.returncode == 0, "pg_dump failed"

    def version(self) -> int:
        return int(self.execute("SHOW server_version_num")[0][0])

    def drop(self, database: str) -> None:
        """Whoever uses it is thrown out; an autovacuum, which only a superuser may
        end, is waited for."""

        def dropped():
            try:
                self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            except psycopg2.errors.InsufficientPrivilege:
                return False
            return True

        until(f"{database} is dropped", dropped, 60, 0.5)
        shutil.rmtree(FILESTORE / database, ignore_errors=True)

    def template(self) -> str:
        """A database with our addons, made again when one of their files changes."""
        name = f"e2e_template_{_sources()}"
        rows = self.execute("SELECT datname FROM pg_database")
        found = [row[0] for row in rows if row[0].startswith("e2e_template_")]
        if name in found:
            return name
        for old in found:
            self.drop(old)
        making = "e2e_making"
        run("newdb", making, ADDONS)
        run("python", ROOT / "tools/odoo_script.py", making, COMPANY)
        self.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
        shutil.rmtree(FILESTORE / name, ignore_errors=True)
        if (FILESTORE / making).is_dir():
            (FILESTORE / making).rename(FILESTORE / name)
        return name

    # -- log -----------------------------------------------------------------------

    def log_position(self) -> int:
        return (self.data / "server.log").stat().st_size

    def conflicts(self, since: int = 0) -> list[str]:
        """What is said about serialization failures and deadlocks.

        Only in the database that bears the cluster's name: that of the stack.
        """
        with (self.data / "server.log").open("rb") as log:
            log.seek(since)
            lines = log.read().decode(errors="replace").splitlines()
        found = []
        for number, line in enumerate(lines):
            prefix = _PREFIX.match(line)
            if prefix and prefix["db"] == self.cluster:
                if any(text in line for text in CONFLICTS):
                    # With what follows: the statement, and what it stood for.
                    found.append("\n".join(lines[number : number + 5]))
        return found


def run(*arguments) -> None:
    """``./run …``, quietly.

    :raises AssertionError: it failed; with the end of what it said
    """
    done = subprocess.run([RUN, *arguments], capture_output=True, text=True)
    said = f"{done.stdout}{done.stderr}"[-3000:]
    assert done.returncode == 0, f"./run {arguments[0]} failed:\n{said}"


def _programs() -> Path:
    """Folder of PostgreSQL's programs: of the newest version, as ./run takes it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), key=_version)
    return found[-1].parent if found else Path(shutil.which("pg_dump")).parent


def _version(path: Path) -> float:
    return float(path.parts[-3])


def _sources() -> str:
    digest = hashlib.sha256(COMPANY.read_bytes())
    for path in sorted((ROOT / "addons").rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and path.suffix != ".pyc" and "tests" not in parts:
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
