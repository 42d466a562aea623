# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""People who use Odoo: each logs in and calls what the buttons call."""

import itertools

import requests


class OdooRefused(Exception):
    """What Odoo shows a person in a dialog. ``kind`` is the exception's name."""

    def __init__(self, error: dict):
        data = error.get("data") or {}
        super().__init__(data.get("message") or error.get("message"))
        self.kind = data.get("name", "")


class Person:
    """A browser session of one user, without the browser."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self.url, self.login = url, login
        self._session = requests.Session()
        self._numbers = itertools.count(1)
        answer = self._rpc(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid = answer["uid"]

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a public method, as the web client does.

        :raises OdooRefused: with the words that the person would read
        """
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def create(self, model: str, **values) -> int:
        return self.call(model, "create", [values])[0]

    def write(self, model: str, record: int, **values) -> None:
        self.call(model, "write", [record], values)

    def press(self, model: str, record: int, button: str):
        return self.call(model, button, [record])

    def read(self, model: str, record: int, *names) -> dict:
        return self.call(model, "read", [record], list(names))[0]

    def _rpc(self, path: str, params: dict):
        answer = self._session.post(
            self.url + path,
            json={"jsonrpc": "2.0", "id": next(self._numbers), "params": params},
            timeout=120,
        )
        answer.raise_for_status()
        document = answer.json()
        if "error" in document:
            raise OdooRefused(document["error"])
        # A method without an answer has none.
        return document.get("result")
