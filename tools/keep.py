# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``keep.py COMMAND …``: runs a server and starts it again when it ends by itself.

Odoo's prefork master ends when PostgreSQL is away at the moment one of its workers
dies, and leaves orphans that still hold the port. A service manager or the container
engine does this in production (``restart: unless-stopped``); here it is these lines.
SIGTERM and SIGINT end the server and its whole process group.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
GRACE = 12  # seconds to end by itself when asked to
BRIEF = 5  # a server that lives shorter did not start
TRIES = 5


def start(command):
    """The server in a session of its own; it ends with us, even if we are killed."""
    libc = ctypes.CDLL(None)
    return subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
    )


def kill_group(server):
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def main(command):
    state = {"server": None, "ending": False}

    def kill(_signal, _frame):
        kill_group(state["server"])

    def stop(_signal, _frame):
        # Only asks: the wait below holds the lock that another wait would need.
        state["ending"] = True
        state["server"].terminate()
        signal.alarm(GRACE)

    signal.signal(signal.SIGALRM, kill)
    failures = 0
    while failures < TRIES:
        began = time.monotonic()
        state["server"] = start(command)
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        code = state["server"].wait()
        kill_group(state["server"])
        if state["ending"]:
            return
        failures = failures + 1 if time.monotonic() - began < BRIEF else 0
        print(f"keep: the server ended with {code}; starting it again", flush=True)
        time.sleep(1 + failures)
    sys.exit(f"keep: gave up after {TRIES} short lives")


if __name__ == "__main__":
    main(sys.argv[1:])
