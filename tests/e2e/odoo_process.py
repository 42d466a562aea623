# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One Odoo server with several worker processes, started as ./run demo does."""

import contextlib
import fcntl
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TextIO

import requests
from e2e.database import LOCAL
from e2e.waiting import until

_ALIVE = re.compile(r"Worker (\w+) \((\d+)\) alive")
_ESTABLISHED = "01"  # include/net/tcp_states.h
_FIRST_PORT = 8469
# Locked until this process ends: a server is stopped and started at its port.
_given: dict[int, TextIO] = {}


def free_port() -> int:
    """A port nobody listens on and that no run on this machine has handed out yet."""
    for port in range(_FIRST_PORT, _FIRST_PORT + 500):
        if port in _given:
            continue
        path = Path(tempfile.gettempdir()) / f"integration-port-{port}.lock"
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            lock = held.enter_context(path.open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
            held.pop_all()
            _given[port] = lock
            return port
    raise RuntimeError("no free port")


class OdooProcess:
    """Started again when it ends by itself, as docker-compose.yml says ("restart:
    unless-stopped"): Odoo's master gives up when PostgreSQL is away at the moment in
    which it must replace a worker.

    :param name: of the log file
    :param jobs: channels of queue_job; "root:0" runs none and starts no runner
    :param crons: cron threads
    :param env: further environment variables
    """

    def __init__(self, name, database, jobs, crons, env):
        self.name, self.database = name, database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.runs_jobs = jobs != "root:0"
        # Two runs at once, each with a cluster of its own, do not share a log.
        self.log = LOCAL / "log" / f"{os.environ['PG_CLUSTER']}-{name}.log"
        self._command = [
            os.environ.get("ODOO_BIN", str(LOCAL / "bin/odoo")),
            f"--database={database}",
            "--workers=2",
            f"--max-cron-threads={crons}",
            f"--http-port={self.port}",
            f"--gevent-port={free_port()}",
        ]
        self._env = {
            **os.environ,
            "ODOO_QUEUE_JOB_CHANNELS": jobs,
            "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
            "ODOO_QUEUE_JOB_PORT": str(self.port),
            "ODOO_NOTIFY_CRON_CHANGES": "1",
            **env,
        }
        self._process: subprocess.Popen | None = None
        self._wanted = False
        self._supervisor: threading.Thread | None = None
        self.restarts = 0
        self._http_pids: set[int] = set()  # of all workers that ever lived
        self._log_read = 0

    def start(self) -> "OdooProcess":
        self.log.unlink(missing_ok=True)
        self._http_pids, self._log_read = set(), 0
        self._wanted = True
        self._launch()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        return self

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _supervise(self) -> None:
        while self._wanted:
            try:
                self._process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            if self._wanted:
                self._end_group()  # as a container ends with its first process
                time.sleep(0.5)
                self.restarts += 1
                self._launch()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait_ready(self, timeout=120) -> None:
        """Until it answers and, where it runs jobs, its runner listens."""
        until(f"{self.name} answers, see {self.log}", self._answers, timeout, 0.2)
        if self.runs_jobs:
            until(
                f"the runner of {self.name} is ready, see {self.log}",
                lambda: "database connections ready" in self.log_text(),
                timeout,
                0.2,
            )

    def _answers(self) -> bool:
        try:
            answer = requests.get(f"{self.url}/web/health", timeout=10)
        except requests.RequestException:
            return False
        return answer.status_code == 200

    def stop(self) -> None:
        if not self._wanted:
            return
        self._wanted = False
        self._supervisor.join()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        self._end_group()
        self._process.wait()

    # -- workers -------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """Process id of its master; the names of all its connections contain it."""
        return self._process.pid

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def http_workers(self) -> list[int]:
        """Process ids of the living workers that answer requests."""
        with self.log.open("rb") as log:
            log.seek(self._log_read)
            text, end, _begun = log.read().rpartition(b"\n")
        self._log_read += len(text) + len(end)
        self._http_pids |= {
            int(pid)
            for kind, pid in _ALIVE.findall(text.decode(errors="replace"))
            if kind == "WorkerHTTP"
        }
        return sorted(pid for pid in self._http_pids if self._is_child(pid))

    def _is_child(self, pid: int) -> bool:
        state, parent = _stat(pid)
        return state not in ("", "Z") and parent == self._process.pid

    def serves(self, worker: int) -> bool:
        """Whether the worker has a request on hand: an open connection at our port."""
        sockets = set()
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{worker}/fd"):
                with contextlib.suppress(OSError):
                    sockets.add(os.readlink(f"/proc/{worker}/fd/{name}"))
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _number, local, _remote, state, *_rest = fields = line.split()
            here = int(local.partition(":")[2], 16) == self.port
            if here and state == _ESTABLISHED and f"socket:[{fields[9]}]" in sockets:
                return True
        return False

    def dump_stacks(self) -> None:
        """Let every worker write into the log what it is doing."""
        for pid in self.http_workers():
            os.kill(pid, signal.SIGQUIT)

    def errors(self) -> list[str]:
        """Lines of its log that Odoo wrote as errors."""
        return [
            line
            for line in self.log_text().splitlines()
            if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line)
        ]


def kill(pid: int) -> None:
    """SIGKILL: no handler runs, nothing is cleaned up."""
    os.kill(pid, signal.SIGKILL)


def freeze(pid: int) -> bool:
    """Let the process stand still, so that what is seen of it stays true.

    :return: whether it is there at all
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    until(f"{pid} stands still", lambda: _stat(pid)[0] in ("T", "Z", ""), 30, 0.001)
    return _stat(pid)[0] == "T"


def thaw(pid: int) -> None:
    """Let it go on as if nothing had happened."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def _stat(pid: int) -> tuple[str, int]:
    """State letter and parent of a process; "" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "", 0
    state, parent = stat.rpartition(") ")[2].split()[:2]
    return state, int(parent)
