#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program in a terminal of our own, and tells what a person would see.

Arguments: a JSON object {"size": [COLUMNS, ROWS], "steps": [{"when": TEXT, "resize": [COLUMNS, ROWS]}
or {"when": TEXT, "signal": "INT"} or {"when": TEXT, "command": [PROGRAM, ARGUMENT, ...]}]}, and the program with its
arguments. A step is taken once the screen shows its text, one after each piece of what the program writes.
Prints {"status", "history": lines that have left the screen, "screen": its lines, "hides": whether the cursor is hidden,
"steps": how many were taken, "seen": texts of "watch" that were ever on the screen, "coloured"}.

The terminal is one that does not fold its lines anew when it gets another width, as xterm does not. Of a lower one the lines
below the cursor go first.
"""
import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata

TOKEN = re.compile("\x1b\\[[0-9;?]*[a-zA-Z]|\x1b\\[?[0-9;?]*$|[\\s\\S]")


def columns_of(character):
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Terminal:
    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.history = []
        self.row = self.column = 0
        self.wraps, self.hides, self.coloured = True, False, False
        # What is read may end in the midst of a character, and of a command.
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.rest = ""

    def resize(self, columns, rows):
        self.lines = [(line + [" "] * columns)[:columns] for line in self.lines]
        if self.row >= rows:
            gone = self.row + 1 - rows
            self.history += self.lines[:gone]
            self.lines = self.lines[gone:]
            self.row -= gone
        self.lines = (self.lines + [[" "] * columns for _ in range(rows)])[:rows]
        self.columns, self.rows = columns, rows
        self.column = min(self.column, columns - 1)

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        for match in TOKEN.finditer(text):
            token = match.group()
            if token.startswith("\x1b") and not re.fullmatch("\x1b\\[[0-9;?]*[a-zA-Z]", token):
                self.rest = token
            elif token.startswith("\x1b"):
                self.command(token[2:-1], token[-1])
            else:
                self.put(token)

    def command(self, given, name):
        number = int(given) if given.isdigit() else None
        if name == "A":
            self.row = max(0, self.row - (number or 1))
        elif name == "J" and not number:
            self.clear(self.row, self.column)
            for row in range(self.row + 1, self.rows):
                self.clear(row, 0)
        elif name == "K" and not number:
            self.clear(self.row, self.column)
        elif name == "m":
            self.coloured = self.coloured or given not in ("", "0")
        elif name in "hl" and given == "?25":
            self.hides = name == "l"
        elif name in "hl" and given == "?7":
            self.wraps = name == "h"
        else:
            raise SystemExit(f"the program sends what is not known: {given}{name}")

    def clear(self, row, column):
        self.lines[row][column:] = [" "] * (self.columns - column)

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down()
        elif ord(character) < 32:
            raise SystemExit(f"the program sends a control character: {ord(character)}")
        else:
            width = columns_of(character)
            if width == 0:
                self.lines[self.row][max(0, min(self.column, self.columns) - 1)] += character
                return
            if self.column + width > self.columns:
                if self.wraps:
                    self.column = 0
                    self.down()
                else:
                    self.column = max(0, self.columns - width)
            self.lines[self.row][self.column:self.column + width] = [character] + [""] * (width - 1)
            self.column += width

    def down(self):
        if self.row + 1 < self.rows:
            self.row += 1
            return
        self.history.append(self.lines.pop(0))
        self.lines.append([" "] * self.columns)

    @staticmethod
    def text(lines):
        return ["".join(line).rstrip() for line in lines]


def set_size(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


# Waits of x86-64 and of arm64: futex, restart_syscall, epoll_wait, epoll_pwait, rt_sigsuspend, clock_nanosleep.
WAITS = {"x86_64": {202, 219, 232, 281, 130, 230}, "aarch64": {98, 128, 22, 133, 115}}.get(os.uname().machine)


def resize(terminal, child, master, size, deadline):
    """While the program stands still: what it has written for the old size is there before the new one, and no thread is
    about to write what it made for the old one."""
    while time.monotonic() < deadline:
        os.kill(child, signal.SIGSTOP)
        while not all(state in "TtZX" for state in states(child)):
            time.sleep(0.001)
        if not drain(terminal, master):
            return
        if rests(child):
            break
        os.kill(child, signal.SIGCONT)
        time.sleep(0.002)
    terminal.resize(*size)
    set_size(master, *size)
    os.kill(child, signal.SIGCONT)


def drain(terminal, master):
    """Takes what is there; false when the program has ended."""
    while select.select([master], [], [], 0)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            return False
        if not data:
            return False
        terminal.feed(data)
    return True


def of_threads(child, name):
    """What the system tells of each thread that is there."""
    try:
        threads = os.listdir(f"/proc/{child}/task")
    except FileNotFoundError:
        return
    for thread in threads:
        try:
            with open(f"/proc/{child}/task/{thread}/{name}", encoding="utf-8") as file:
                yield file.read()
        except (FileNotFoundError, ProcessLookupError):
            continue


def states(child):
    return [text.rpartition(")")[2].split()[0] for text in of_threads(child, "stat")]


def rests(child):
    """Each thread of a stopped program was waiting for something. Where the system does not tell, and of a program that has
    ended, they are said to."""
    if WAITS is None or "Z" in states(child):
        return True
    try:
        return all(text.split()[0] in map(str, WAITS) for text in of_threads(child, "syscall"))
    except PermissionError:
        return True


def main():
    wish = json.loads(sys.argv[1])
    columns, rows = wish["size"]
    child, master = pty.fork()
    if child == 0:
        # The size is there before the program looks.
        set_size(0, columns, rows)
        os.execv(sys.argv[2], sys.argv[2:])
    terminal = Terminal(columns, rows)
    steps, taken, seen = list(wish.get("steps", [])), 0, set()
    deadline = time.monotonic() + 120
    while True:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        terminal.feed(data)
        shown = "\n".join(Terminal.text(terminal.lines))
        seen.update(word for word in wish.get("watch", []) if word in shown)
        if steps and steps[0]["when"] in shown:
            step = steps.pop(0)
            taken += 1
            if "resize" in step:
                resize(terminal, child, master, step["resize"], deadline)
            if "signal" in step:
                os.kill(child, getattr(signal, "SIG" + step["signal"]))
            if "command" in step:
                subprocess.run(step["command"], check=True, stdout=subprocess.DEVNULL, timeout=60)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    screen = Terminal.text(terminal.lines)
    while screen and not screen[-1]:
        screen.pop()
    print(json.dumps({
        "status": status, "history": Terminal.text(terminal.history), "screen": screen, "hides": terminal.hides,
        "wraps": terminal.wraps, "coloured": terminal.coloured, "steps": taken, "seen": sorted(seen),
    }))


main()
