# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Take pictures of every screen of a running Odoo, and check their contrast.

    ./run python tools/screenshots.py --database integration_demo [NAME …]

Reads nothing but what a signed-in person sees: a real Chromium opens each
address of SCREENS and keeps a PNG in docs/screenshots. With `--axe FILE` (the
axe-core script, not part of this repository) it also prints every text on our own
screens whose contrast is below WCAG 2 AA.
"""

import argparse
import base64
import io
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket
from PIL import Image
from screens import PHONE, SCREENS
from screens_governed import GOVERNED
from screens_money import MONEY

ROOT = Path(__file__).resolve().parent.parent
# Nothing is loading, no animation runs, and an action is on the screen.
READY = """
    Boolean(document.querySelector(
        ".o_action_manager .o_view_controller, .o_action_manager .o_action"
    ))
    && !document.querySelector(".o_loading_indicator, .o_view_sample_data.o_loading")
    && document.fonts.status === "loaded"
"""

# The greeting of Odoo's chat robot would cover a corner of the screen.
QUIET = """
    document.querySelectorAll(".o-mail-ChatHub").forEach((element) => element.remove())
"""


class Session:
    """JSON calls of one signed-in user."""

    def __init__(self, url, database, login, password):
        self.url = url
        payload = {"db": database, "login": login, "password": password}
        headers, result = self._post("/web/session/authenticate", payload, {})
        if not result.get("uid"):
            raise SystemExit(f"{login} cannot sign in")
        cookies = headers.get_all("Set-Cookie") or []
        pairs = dict(c.split(";")[0].split("=", 1) for c in cookies)
        self.session_id = pairs["session_id"]

    def _post(self, path, params, headers):
        data = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            self.url + path,
            data.encode(),
            {"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
            if "error" in answer:
                raise SystemExit(json.dumps(answer["error"]["data"]["message"]))
            return response.headers, answer["result"]

    def find(self, screen):
        """The id of the record a screen shows, or None."""
        params = {
            "model": screen.model,
            "method": "search_read",
            "args": [list(screen.domain), [screen.field]],
            "kwargs": {"limit": 1, "order": screen.order},
        }
        cookie = {"Cookie": f"session_id={self.session_id}"}
        path = f"/web/dataset/call_kw/{screen.model}/search_read"
        rows = self._post(path, params, cookie)[1]
        return rows[0][screen.field] if rows else None


class Browser:
    """A headless Chromium spoken to through its DevTools protocol."""

    def __init__(self):
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        if not binary:
            raise SystemExit("Chromium is not installed")
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [
                binary,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self._profile.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = itertools.count(1)
        self._socket = websocket.create_connection(self._page_address(), timeout=60)
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def _page_address(self):
        port_file = Path(self._profile.name) / "DevToolsActivePort"
        for _attempt in range(100):
            if port_file.exists() and (text := port_file.read_text()):
                port = text.splitlines()[0]
                break
            time.sleep(0.1)
        else:
            raise SystemExit("Chromium did not start")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as response:
            pages = [p for p in json.load(response) if p["type"] == "page"]
        return pages[0]["webSocketDebuggerUrl"]

    def call(self, method, **params):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression):
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details["exception"].get("description", details))
        return result["result"].get("value")

    def wait(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(expression):
                return True
            time.sleep(0.2)
        return False

    def close(self):
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)
        self._profile.cleanup()


def resize(browser, size):
    width, height = size
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=size == PHONE,
    )
    browser.call("Emulation.setTouchEmulationEnabled", enabled=size == PHONE)


def open_screen(browser, session, screen):
    """Show the screen; False when the database has no record for it."""
    path = screen.path
    if screen.model:
        record = session.find(screen)
        if not record:
            return False
        path = f"{path}/{record}"
    resize(browser, screen.size)
    browser.call(
        "Network.setCookie",
        name="session_id",
        value=session.session_id,
        url=session.url,
    )
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=session.url + path)
    if not browser.wait(READY):
        raise RuntimeError(f"{screen.name}: nothing was shown at {path}")
    time.sleep(0.8)
    browser.evaluate(QUIET)
    if screen.script:
        browser.evaluate(screen.script)
        time.sleep(0.6)
    return True


def take(browser, target):
    picture = browser.call("Page.captureScreenshot", format="png")
    data = io.BytesIO(base64.b64decode(picture["data"]))
    # A screen has few colours: a third of the size, nothing lost to the eye.
    Image.open(data).convert("RGB").quantize(256).save(target, optimize=True)


def violations(browser, axe_source):
    """Lines "rule: element" for all that axe calls a violation on this page."""
    if not browser.evaluate("Boolean(document.querySelector('.o_integration'))"):
        return []
    browser.evaluate(axe_source + ";true")
    found = browser.evaluate(
        """axe.run({include: [[".o_integration"]], exclude: [[".o-mail-Chatter"]]}, {
            runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]},
        }).then((result) => result.violations.flatMap((rule) =>
            rule.nodes.map((node) =>
                `${rule.impact} ${rule.id}: ${node.html.slice(0, 160)} `
                + (node.any[0]?.message || ""))))"""
    )
    return found or []


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only these screens")
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--database", default="integration_demo")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--axe", type=Path, help="file axe.min.js")
    return parser.parse_args()


def main():
    args = options()
    args.out.mkdir(parents=True, exist_ok=True)
    axe_source = args.axe.read_text() if args.axe else ""
    sessions = {}
    browser = Browser()
    failed = 0
    try:
        for screen in (*SCREENS, *GOVERNED, *MONEY):
            if args.names and screen.name not in args.names:
                continue
            login = screen.login
            if login not in sessions:
                sessions[login] = Session(args.url, args.database, login, login)
            try:
                shown = open_screen(browser, sessions[login], screen)
            except RuntimeError as error:
                failed += 1
                print(f"{screen.name}: {error}")
                continue
            if not shown:
                print(f"{screen.name}: no record to show")
                continue
            take(browser, args.out / f"{screen.name}.png")
            print(f"{screen.name}: taken")
            for line in violations(browser, axe_source) if axe_source else ():
                print(f"    {line}")
    finally:
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
