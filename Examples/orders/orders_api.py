#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small API that exports orders and customers of shops, to write a service description for.

    python3 orders_api.py [--port 8700] [--key KEY] [--seconds 0.5]

It prints its address as its first line. Exports take a moment, two are worked on at once, and every request needs the
header X-Api-Key. It keeps everything in memory; ended and started again it has forgotten what it had.
"""
import argparse
import datetime
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 10


class Exports:
    def __init__(self, seconds):
        self.seconds, self.lock, self.all, self.made = seconds, threading.Lock(), [], 0

    def status(self, export):
        if export["stopped"]:
            return "stopped"
        age = time.monotonic() - export["since"]
        return "waiting" if age < self.seconds / 3 else "working" if age < self.seconds else "ready"

    def shown(self, export):
        return {"id": export["id"], "label": export["label"], "made": export["made"], "status": self.status(export)}

    def make(self, asked):
        with self.lock:
            if sum(self.status(e) in ("waiting", "working") for e in self.all) >= 2:
                return None
            made = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self.made += 1
            export = {"id": str(self.made), "label": asked.get("label", ""), "made": made,
                      "since": time.monotonic(), "stopped": False, "asked": asked}
            self.all.append(export)
            return self.shown(export)

    def find(self, number):
        with self.lock:
            return next((e for e in self.all if e["id"] == number), None)

    def page(self, number):
        with self.lock:
            newest = list(reversed(self.all))
            return [self.shown(e) for e in newest[number * PAGE:(number + 1) * PAGE]], len(newest) > (number + 1) * PAGE

    def remove(self, export):
        with self.lock:
            if self.status(export) in ("waiting", "working"):
                export["stopped"] = True
            else:
                self.all = [e for e in self.all if e is not export]


def rows(asked):
    """The same request, the same rows."""
    seed = sum(map(ord, asked["shop"]))
    if asked["report"] == "customers":
        yield "customer,name"
        for number in range(1, seed % 5 + 4):
            yield f"{number},Customer {number}"
    else:
        yield "order,placed,cents"
        day = datetime.date.fromisoformat(asked["from"])
        while day < datetime.date.fromisoformat(asked["to"]):
            for number in range(1, (seed + day.day) % 7 + 3):
                yield f"{day:%Y%m%d}-{number},{day}T{8 + number:02}:15:00Z,{(seed * number) % 9000 + 100}"
            day += datetime.timedelta(days=1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, body=None, text=None, headers=()):
        data = text.encode() if text is not None else json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "text/csv" if text is not None else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def answer(self):
        exports, body = self.server.exports, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("X-Api-Key") != self.server.key:
            return self.reply(401, {"message": "the key is not known"})
        url = urlsplit(self.path)
        steps = url.path.strip("/").split("/")
        if steps[:2] != ["v1", "exports"]:
            return self.reply(404, {"message": "there is nothing here"})
        if self.command == "POST" and len(steps) == 2:
            try:
                asked = json.loads(body)
                list(rows(asked))
            except (ValueError, KeyError, TypeError) as error:
                return self.reply(400, {"message": f"this cannot be exported: {error}"})
            made = exports.make(asked)
            if made is None:
                return self.reply(429, {"message": "two exports are at work"}, headers=[("Retry-After", "1")])
            return self.reply(201, {"export": made})
        if self.command == "GET" and len(steps) == 2:
            number = int(parse_qs(url.query).get("page", ["0"])[0])
            page, more = exports.page(number)
            return self.reply(200, {"exports": page, "next": f"/v1/exports?page={number + 1}" if more else None})
        export = exports.find(steps[2]) if len(steps) > 2 else None
        if export is None:
            return self.reply(404, {"message": "there is no such export"})
        if self.command == "GET" and len(steps) == 3:
            return self.reply(200, {"export": exports.shown(export)})
        if self.command == "GET" and steps[3:] == ["file"] and exports.status(export) == "ready":
            return self.reply(200, text="".join(row + "\r\n" for row in rows(export["asked"])))
        if self.command == "DELETE" and len(steps) == 3:
            exports.remove(export)
            return self.reply(204)
        return self.reply(409, {"message": "this cannot be done now"})

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--key", default="open-sesame")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long an export takes")
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.key, server.exports = options.key, Exports(options.seconds)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
