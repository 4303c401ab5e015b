# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of engine-counts, and holds them against the committed figures.
  counts.py measure ENGINE FOLDER SWIFT [TIMES]   figures on standard output, as the committed file has them
  counts.py compare COMMITTED FOUND               0: none has grown by more than 5 %; 1: one has; 2: they cannot be compared
  counts.py renew COMMITTED FOUND                 writes what was found into the committed file"""
import concurrent.futures, json, os, pathlib, platform, re, subprocess, sys

MOST = 0.05  # what a figure may grow by
SPREAD = 0.0001  # what a repetition may differ by
RENEW = "Tests/Benchmarks/counts.sh --renew"


def count(engine, folder, work, *ready):
    """Instructions of one run of the program, which knows no chance: no random hashes, nothing of the environment."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", engine, work, folder, *ready]
    told = subprocess.run(command, env={"SWIFT_DETERMINISTIC_HASHING": "1"}, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", told.stderr)
    if told.returncode or not found:
        sys.exit(f"counts: {work} cannot be counted:\n{told.stderr[-2000:]}")
    return int(found[1])


def measure(engine, folder, swift, times="1"):
    works = subprocess.run([engine, "names"], check=True, capture_output=True, text=True).stdout.split()

    def figure(number, work):
        state = os.path.join(folder, f"{works.index(work):02}-{number:02}")
        return count(engine, state + "-all", work) - count(engine, state + "-not", work, "--ready")

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        asked = {work: [pool.submit(figure, n, work) for n in range(int(times))] for work in reversed(works)}
        found = {work: sorted(one.result() for one in asked[work]) for work in works}
    for work, figures in found.items() if int(times) > 1 else ():
        spread = (figures[-1] - figures[0]) / figures[0]
        print(f"{work:<24}{figures[0]:>16,} to {figures[-1]:>16,}  {spread:8.4%}", file=sys.stderr)
        if spread > SPREAD:
            sys.exit(f"counts: {work} differs by more than {SPREAD:.2%} from one time to the next")
    system = next(line[13:-1].strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME="))
    valgrind = subprocess.run(["valgrind", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    made = {"swift": swift, "system": system, "valgrind": valgrind.removeprefix("valgrind-")}
    return {platform.machine(): {"made": made, "figures": {work: figures[0] for work, figures in found.items()}}}


def compare(committed, found):
    """Prints each figure beside the committed one. Figures of another architecture or Swift are no measure: that is said,
    and is no success, since a check that compares nothing would never fail again."""
    (machine, new), = found.items()
    old = committed.get(machine)
    if old is None:
        print(f"counts: there are no figures for {machine}; {RENEW} adds them")
        return 2
    minor = [made["swift"].split(".")[:2] for made in (old["made"], new["made"])]
    status = 0 if minor[0] == minor[1] else 2
    grown, shrunk, unknown = [], [], sorted(set(old["figures"]) ^ set(new["figures"]))
    for work, figure in new["figures"].items():
        before = old["figures"].get(work)
        ratio = figure / before if before else None
        print(f"{work:<24}{figure:>16,}" + (f"{before:>16,}{ratio - 1:>+9.2%}" if before else ""))
        if ratio and ratio > 1 + MOST: grown.append(work)
        if ratio and ratio < 1 - MOST: shrunk.append(work)
    for what, words in old["made"].items():
        if new["made"].get(what) != words:
            print(f"counts: the committed figures were made with {what} {words}, these with {new['made'].get(what)}")
    if status:
        print(f"counts: figures of another Swift are no measure: {RENEW}")
    if unknown:
        print(f"counts: not in both: {', '.join(unknown)}: {RENEW}")
    if grown:
        print(f"counts: grown by more than {MOST:.0%}: {', '.join(grown)}. Where that is meant: {RENEW}")
    if shrunk:
        print(f"counts: fewer by more than {MOST:.0%}: {', '.join(shrunk)}. So that it stays: {RENEW}")
    return status or (1 if grown else 2 if unknown else 0)


def main(command, *arguments):
    if command == "measure":
        print(json.dumps(measure(*arguments), indent=2))
        return 0
    committed, found = (pathlib.Path(name) for name in arguments)
    old = json.loads(committed.read_text()) if committed.exists() else {}
    new = json.loads(found.read_text())
    if command == "compare":
        return compare(old, new)
    committed.write_text(json.dumps(old | new, indent=2, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("measure", "compare", "renew"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
