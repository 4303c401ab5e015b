# SPDX-License-Identifier: Apache-2.0
"""The exports that `outhaul run` is measured with, by a plain script: what a run is held against.

It does what somebody would write by hand who knows the tools: asyncio on uvloop, one session of aiohttp, a bound of tasks
in flight, and a journal in SQLite with a commit for every step of a job, so that it could be gone on with. A task is looked
at at once and then every 100 ms; a file is found by listing, and its size, its SHA-256 and its rows are looked at.
It does not go on after a crash, retry, keep to limits, or report: those are the program's.

    baseline.py run --address URL --jobs N --in-flight N --journal FILE --synchronous OFF|NORMAL|FULL [--listed]
    baseline.py commits FILE N
"""
import argparse
import asyncio
import datetime
import hashlib
import json
import resource
import sqlite3
import sys
import time
import urllib.parse
import xml.etree.ElementTree

APPS = 10
DATASETS = {"activity": "activities", "event": "events", "job": "jobs", "error": "errors"}
FIRST_DAY = datetime.date(2009, 1, 1)
POLL_EVERY = 0.1
ROOT = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shops/providers/Microsoft.MobileEngagement"
VERSION = {"api-version": "2014-12-01"}


def jobs(count):
    """As many of the apps, datasets and days as the manifest of the benchmark has."""
    for number in range(count // APPS // len(DATASETS)):
        day = (FIRST_DAY + datetime.timedelta(days=number)).isoformat()
        for app in range(APPS):
            for dataset in DATASETS:
                yield f"shop-{app}", dataset, day


class Journal:
    """What became of each job, a commit for every step."""

    def __init__(self, path, synchronous):
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute(f"PRAGMA synchronous = {synchronous}")
        self.db.execute(
            "CREATE TABLE jobs (name TEXT PRIMARY KEY, state TEXT, task TEXT, file TEXT, bytes INT, sha256 TEXT, rows INT)"
        )
        self.db.commit()

    def write(self, name, state, **values):
        columns = ["name", "state", *values]
        self.db.execute(
            f"INSERT INTO jobs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) ON CONFLICT (name) "
            f"DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns[1:])}",
            [name, state, *values.values()],
        )
        self.db.commit()


class Script:
    def __init__(self, session, journal, options):
        self.session, self.journal, self.options = session, journal, options
        self.requests = 0
        sas = "sv=2020-10-02&sr=c&sp=rwl&se=2099-01-01T00:00:00Z&sig=c2ln"
        self.container = f"{options.address}/contoso/exports"
        self.delivery = f"{self.container}?{sas}"
        self.sas = dict(urllib.parse.parse_qsl(sas))

    async def get(self, url, **query):
        self.requests += 1
        async with self.session.get(url, params=query) as answer:
            answer.raise_for_status()
            return await answer.read()

    async def export(self, app, dataset, day):
        name = f"{app}/{dataset}/{day}"
        tasks = f"{self.options.address}{ROOT}/appcollections/shop/apps/{app}/devices/exportTasks"
        self.journal.write(name, "submitting")
        self.requests += 1
        body = {"containerUrl": self.delivery, "description": name, "exportFormat": "JsonBlob", "startDate": day, "endDate": day}
        async with self.session.post(f"{tasks}/{DATASETS[dataset]}", params=VERSION, json=body) as answer:
            answer.raise_for_status()
            task = await answer.json()
        self.journal.write(name, "submitted", task=task["id"])
        while task["state"] not in ("Succeeded", "Failed"):
            if task["state"] == "Started":
                await asyncio.sleep(POLL_EVERY)
            task = json.loads(await self.get(f"{tasks}/{task['id']}", **VERSION))
        if task["state"] == "Failed":
            raise RuntimeError(f"{name}: {task['errorDetails']}")
        self.journal.write(name, "succeeded")
        await self.collect(name, day, task)

    async def collect(self, name, day, task):
        created = task["dateCreated"].replace("-", "").replace(":", "")
        prefix = f"{task['exportType'].lower()}/{created}-{task['id']}/"
        listing = await self.get(self.container, restype="container", comp="list", prefix=prefix, **self.sas)
        blobs = xml.etree.ElementTree.fromstring(listing).findall("Blobs/Blob")
        if not blobs:
            raise RuntimeError(f"{name}: no file")
        for blob in blobs:
            file, size = blob.findtext("Name"), int(blob.findtext("Properties/Content-Length"))
            if self.options.listed:
                self.journal.write(name, "listed", file=file, bytes=size)
                continue
            content = await self.get(f"{self.container}/{file}", **self.sas)
            rows = json.loads(content)
            if len(content) != size or not all(day in time for time in times(rows)):
                raise RuntimeError(f"{name}: '{file}' is not what was asked for")
            digest = hashlib.sha256(content).hexdigest()
            self.journal.write(name, "verified", file=file, bytes=size, sha256=digest, rows=len(rows))


def times(rows):
    """Every time of the rows, whichever of the four datasets they are of."""
    for row in rows:
        if "start" in row:
            yield row["start"]
        for below in ("activities", "events", "errors"):
            for element in row.get(below, ()):
                yield element["timestamp"]


async def run(options):
    import aiohttp

    began = time.monotonic()
    connector = aiohttp.TCPConnector(limit=options.in_flight)
    async with aiohttp.ClientSession(connector=connector, headers={"Authorization": "Bearer token"}) as session:
        script = Script(session, Journal(options.journal, options.synchronous), options)
        gate = asyncio.Semaphore(options.in_flight)

        async def bounded(job):
            try:
                await script.export(*job)
            finally:
                gate.release()

        async with asyncio.TaskGroup() as group:
            for job in jobs(options.jobs):
                await gate.acquire()
                group.create_task(bounded(job))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "jobs": options.jobs,
                "wall_seconds": time.monotonic() - began,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "peak_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
                "requests": script.requests,
            }
        )
    )


def commits(path, count):
    """Commits of one small row each, with full durability: what a disk and SQLite can do."""
    journal = Journal(path, "FULL")
    began = time.monotonic()
    for number in range(count):
        journal.write(f"shop-{number}/event/2016-01-01", "submitted", task="e24ea1dd-76bf-4d75-813e-7104a16e7ab3")
    print(json.dumps({"commits": count, "wall_seconds": time.monotonic() - began}))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run")
    runs.add_argument("--address", required=True)
    runs.add_argument("--jobs", type=int, required=True)
    runs.add_argument("--in-flight", type=int, required=True)
    runs.add_argument("--journal", required=True)
    runs.add_argument("--synchronous", choices=["OFF", "NORMAL", "FULL"], required=True)
    runs.add_argument("--listed", action="store_true")
    alone = commands.add_parser("commits")
    alone.add_argument("path")
    alone.add_argument("count", type=int)
    options = parser.parse_args()
    if options.command == "commits":
        return commits(options.path, options.count)
    import uvloop

    uvloop.run(run(options))


main()
