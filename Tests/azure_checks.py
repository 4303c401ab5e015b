# SPDX-License-Identifier: Apache-2.0
"""What the scripts that hold a local cloud against Azure's clients have in common."""
import datetime
import json
import sys

now = datetime.datetime.now(datetime.timezone.utc)
hour = datetime.timedelta(hours=1)
# One try: a stand-in that fails is to be seen at once.
quick = {"retry_total": 0, "connection_timeout": 20, "read_timeout": 60}
held = 0


def endpoints():
    """Those of the file that the command line names: the first line of `outhaul cloud serve --output json`."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


def check(what, holds):
    global held
    if not holds:
        print(f"does not hold: {what}", file=sys.stderr)
        sys.exit(1)
    held += 1


def refused(what, kind, code, body):
    """Holds when it is refused with that error, and with that code unless it is None."""
    try:
        body()
    except kind as error:
        found = getattr(error, "error_code", None)
        check(f"{what}: {found} is {code}", code in (None, found))
    else:
        check(f"{what}: is refused", False)


def conclude():
    print(f"{held} checks held")
