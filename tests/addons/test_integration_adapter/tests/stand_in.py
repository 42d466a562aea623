# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandIn:
    """The demo system's API in a thread.

    ``answers`` is path → JSON value. What is written lands in ``objects``, id → entry,
    and in ``writes``: (method, path, sent record, key). ``faults`` are used up one a
    write: "lost" does it and hangs up, "gone" hangs up before, a number is a status.
    ``told`` is what the system posts about each write: the entry as it was then.
    """

    def __init__(self):
        self.answers = {}
        self.requests = []
        self.objects, self.writes, self.by_key = {}, [], {}
        self.faults, self.told = [], []
        self._numbers = itertools.count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def change(self, method, path, sent, key):
        """Do one write; the entry as it is afterwards, None: there is no such object.

        A key that was used before changes nothing and gets the object.
        """
        kind, _slash, object_id = path.strip("/").partition("/")
        self.writes.append((method, path, sent.get("record"), key))
        if key in self.by_key:
            return self.objects[self.by_key[key]]
        if object_id and object_id not in self.objects:
            return None
        number = next(self._numbers)
        object_id = object_id or f"N{number}"
        entry = self.objects.setdefault(
            object_id,
            {"id": object_id, "kind": kind, "record": {}, "deleted": False},
        )
        entry["record"] = {**entry["record"], **(sent.get("record") or {})}
        entry["reference"] = sent.get("reference") or entry.get("reference")
        entry["at"] = f"2026-11-22T11:{number // 60:02}:{number % 60:02}Z"
        entry["event"] = f"w-{number}"
        entry["deleted"] = method == "DELETE"
        self.by_key[key] = object_id
        self.told.append(json.loads(json.dumps(entry)))
        return entry

    def _handler(self):
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802 - the library's name
                path = self.path.partition("?")[0]
                stand_in.requests.append(path)
                answer = stand_in.answers.get(path)
                answer = answer or stand_in.objects.get(path.rpartition("/")[2])
                if path.startswith("/written/"):
                    found = stand_in.by_key.get(path.rpartition("/")[2])
                    answer = {"entry": stand_in.objects.get(found)}
                self.reply(200 if answer else 404, answer)

            def do_POST(self):  # noqa: N802 - the library's name
                size = int(self.headers.get("Content-Length") or 0)
                sent = json.loads(self.rfile.read(size) or "{}")
                fault = stand_in.faults.pop(0) if stand_in.faults else None
                if fault == "gone" or isinstance(fault, int):
                    return self.reply(fault, {}) if fault != "gone" else self.hang_up()
                key = self.headers.get("Idempotency-Key")
                entry = stand_in.change(self.command, self.path, sent, key)
                if fault == "lost":
                    return self.hang_up()
                return self.reply(200 if entry else 404, entry)

            do_DELETE = do_POST  # noqa: N815 - the library's name

            def hang_up(self):
                self.close_connection = True

            def reply(self, status, answer):
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
