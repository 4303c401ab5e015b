#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""deploy-checks.py crontab|cronjob|workflow|containerfile FILE: what is wrong with a file of Examples/deploy, a line each.
deploy-checks.py steps FILE FOLDER: writes each step of a workflow that runs something to FOLDER/NAME.sh."""
import pathlib
import re
import sys

problems = []


def expect(truth, problem):
    if not truth:
        problems.append(problem)


# Crontabs, as cron of Debian reads them.

RANGES = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


def is_field(text, low, high):
    for part in text.split(","):
        match = re.fullmatch(r"(\*|(\d+)(-(\d+))?)(/(\d+))?", part)
        if not match or (match[6] and not match[3] and match[1] != "*"):
            return False
        numbers = [int(number) for number in (match[2], match[4]) if number]
        if not all(low <= number <= high for number in numbers) or match[6] == "0" or numbers != sorted(numbers):
            return False
    return True


def crontab(text):
    expect(text.endswith("\n"), "the last line has no end: cron would not read it")
    settings, jobs = {}, 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        setting = re.fullmatch(r"([A-Za-z_]\w*)\s*=\s*(.*)", line)
        if setting:
            settings[setting[1]] = setting[2]
            continue
        words = line.split(None, 5)
        expect(len(words) == 6, f"line {number} is no setting and no job")
        if len(words) < 6:
            continue
        jobs += 1
        for field, (low, high) in zip(words, RANGES):
            expect(is_field(field, low, high), f"line {number}: '{field}' is no field of {low} to {high}")
        expect(not re.search(r"(?<!\\)%", words[5]), f"line {number}: a bare % ends the command for cron")
        expect(words[5].startswith("/"), f"line {number}: the command has no absolute path")
        expect("$HOME" not in words[5] and "~" not in words[5], f"line {number}: cron's home is not yours")
    expect(jobs > 0, "there is no job")
    expect("PATH" in settings and "$" not in settings.get("PATH", ""), "PATH is not set, or holds what cron does not expand")
    expect(settings.get("MAILTO"), "MAILTO is not set")


# Kubernetes: structure, and what belongs together.


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else (value or {}).get(step)
    return value


KINDS = {"PersistentVolumeClaim": "v1", "CronJob": "batch/v1"}
KNOWN = {
    "cronjob": "schedule timeZone concurrencyPolicy startingDeadlineSeconds successfulJobsHistoryLimit failedJobsHistoryLimit"
    " suspend jobTemplate",
    "job": "backoffLimit activeDeadlineSeconds ttlSecondsAfterFinished podFailurePolicy parallelism completions template",
    "pod": "restartPolicy terminationGracePeriodSeconds automountServiceAccountToken serviceAccountName securityContext"
    " containers volumes nodeSelector tolerations affinity imagePullSecrets",
    "container": "name image args command env envFrom securityContext resources volumeMounts imagePullPolicy workingDir",
}


def known(kind, value):
    extra = set(value) - set(KNOWN[kind].split())
    expect(not extra, f"unknown fields of a {kind}: {', '.join(sorted(extra))}")


def cronjob(text):
    import yaml

    volume = pathlib.Path(path).parent / "volume.yaml"
    documents = [yaml.safe_load(text)] + ([yaml.safe_load(volume.read_text())] if volume.exists() else [])
    for document in documents:
        kind = document.get("kind")
        expect(KINDS.get(kind) == document.get("apiVersion"), f"{kind} is not of {document.get('apiVersion')}")
        name = at(document, "metadata.name") or ""
        expect(re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?", name), f"'{name}' is no name, or too long for a job's")
    claims = {document["metadata"]["name"]: document for document in documents if document["kind"] == "PersistentVolumeClaim"}
    for claim in claims.values():
        expect(at(claim, "spec.accessModes") == ["ReadWriteOncePod"], "the claim is not for one pod at a time")
        expect(re.fullmatch(r"\d+(Ki|Mi|Gi|Ti)", at(claim, "spec.resources.requests.storage") or ""), "no size of the claim")
    (cron,) = [document["spec"] for document in documents if document["kind"] == "CronJob"]
    known("cronjob", cron)
    fields = cron["schedule"].split()
    expect(len(fields) == 5 and all(is_field(f, *r) for f, r in zip(fields, RANGES)), "the schedule has not five fields")
    expect(cron.get("concurrencyPolicy") == "Forbid", "two runs could be at work")
    job = at(cron, "jobTemplate.spec")
    known("job", job)
    pod = at(job, "template.spec")
    known("pod", pod)
    (container,) = pod["containers"]
    known("container", container)
    # A policy by exit codes needs pods that are not restarted in place.
    expect(pod.get("restartPolicy") == "Never", "podFailurePolicy needs restartPolicy: Never")
    final = set()
    for rule in at(job, "podFailurePolicy.rules"):
        expect(rule["action"] in ("FailJob", "Ignore", "Count"), f"no action '{rule['action']}'")
        expect(("onExitCodes" in rule) != ("onPodConditions" in rule), "a rule has one of onExitCodes and onPodConditions")
        codes = rule.get("onExitCodes")
        if codes:
            expect(codes["containerName"] == container["name"], "a rule is of a container that is not there")
            expect(codes["operator"] in ("In", "NotIn") and 0 not in codes["values"], "a rule's codes cannot be")
            expect(codes["values"] == sorted(set(codes["values"])), "a rule's codes are not in order")
            final |= set(codes["values"]) if rule["action"] == "FailJob" else set()
        for condition in rule.get("onPodConditions", []):
            expect(isinstance(condition.get("status"), str), "a condition's status is a text")
    expect(final == {2, 3, 64, 65, 70, 77}, f"other statuses are final: {sorted(final)}")
    expect(pod.get("terminationGracePeriodSeconds", 30) >= 180, "too little time to stop in order")
    expect(pod.get("automountServiceAccountToken") is False, "the pod has a token that it does not need")
    expect(at(pod, "securityContext.runAsNonRoot") is True, "the pod may run as root")
    expect(at(pod, "securityContext.seccompProfile.type") == "RuntimeDefault", "no seccomp profile")
    own = container["securityContext"]
    expect(own.get("allowPrivilegeEscalation") is False and own.get("readOnlyRootFilesystem") is True, "rights are not given up")
    expect(at(own, "capabilities.drop") == ["ALL"], "capabilities are not given up")
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    expect(set(volumes) == set(mounts), "a volume is not mounted, or a mount has no volume")
    for volume in volumes.values():
        claim = volume.get("persistentVolumeClaim")
        expect(not claim or claim["claimName"] in claims, "a volume's claim is not in the file")
    state = [argument.split("=", 1)[1] for argument in container["args"] if argument.startswith("--state=")]
    kept = [mount["mountPath"] for name, mount in mounts.items() if "persistentVolumeClaim" in volumes[name]]
    expect(len(state) == 1 and any(state[0].startswith(path + "/") for path in kept), "the state is on no volume that stays")
    expect(":" in container["image"] and not container["image"].endswith(":latest"), "the image has no version")


# Workflows of GitHub: structure, rights, and nothing of an event in a script.


def steps_of(text):
    import yaml

    workflow = yaml.safe_load(text)
    return workflow, [step for job in workflow["jobs"].values() for step in job["steps"]]


ENVIRONMENT = {"github", "needs", "strategy", "matrix", "vars", "secrets", "inputs"}


def contexts(value):
    for expression in re.findall(r"\$\{\{(.*?)\}\}", str(value), re.S):
        yield from re.findall(r"(?<![\w.'-])([A-Za-z_][\w-]*)\s*[.\[]", re.sub(r"'[^']*'", "''", expression))


def workflow(text):
    document, steps = steps_of(text)
    # YAML 1.1 takes `on` for true.
    events = document.get("on", document.get(True))
    expect(events, "there is no 'on'")
    expect("pull_request_target" not in events, "pull_request_target gives a fork's files the rights of the project")
    rights = document.get("permissions")
    expect(isinstance(rights, dict) and rights.get("contents") == "read", "rights are not narrowed")
    expect(set(rights or {}) <= {"contents", "pull-requests"}, "there are rights that nothing needs")
    expect("concurrency" in document, "two may run at once")
    for job in document["jobs"].values():
        expect("timeout-minutes" in job and "runs-on" in job, "a job has no limit, or runs nowhere")
        for value in (job.get("env") or {}).values():
            unknown = sorted(set(contexts(value)) - ENVIRONMENT)
            expect(not unknown, f"a job's env knows no context {', '.join(unknown)}")
    for step in steps:
        uses, script = step.get("uses"), step.get("run")
        expect((uses is None) != (script is None), "a step uses something or runs something")
        if uses:
            expect(re.fullmatch(r"[\w.-]+/[\w./-]+@(v\d+|[0-9a-f]{40})", uses), f"'{uses}' has no version")
            if uses.startswith("actions/checkout@"):
                expect((step.get("with") or {}).get("persist-credentials") is False, "the token stays in the checkout")
        else:
            expect(step.get("name"), "a step has no name")
            expect("${{" not in script, f"'{step.get('name')}' puts an expression into a script")


def write_steps(text, folder):
    _, steps = steps_of(text)
    for step in steps:
        if "run" in step:
            (pathlib.Path(folder) / f"{step['name']}.sh").write_text(step["run"])


# Container files.


def containerfile(text):
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
    words = [line.split(None, 1) for line in lines]
    instructions = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "STOPSIGNAL", "ENTRYPOINT", "CMD", "ENV", "ARG", "LABEL"}
    for word in words:
        expect(word[0] in instructions and len(word) == 2, f"no instruction: '{' '.join(word)}'")
    stages = [word[1] for word in words if word[0] == "FROM"]
    expect(len(stages) == 2, "there are not two stages")
    expect(all(re.search(r":[\w.-]+", stage) and ":latest" not in stage for stage in stages), "an image has no version")
    last = words[max(index for index, word in enumerate(words) if word[0] == "FROM"):]
    last_run = " ".join(word[1] for word in last if word[0] == "RUN")
    users = [word[1] for word in last if word[0] == "USER"]
    expect(users and re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]), "the last user is root, or a name that Kubernetes cannot check")
    expect(any(word[0] == "ENTRYPOINT" and word[1].startswith("[") for word in last), "no entry point that gets signals itself")
    expect(not any(word[0] == "COPY" and "--from=" not in word[1] for word in last), "sources come into the last stage")
    expect(re.search(r"libsqlite3-0.*libxml2.*libyaml-0-2.*zlib1g", last_run), "libraries are missing in the last stage")


name, path = sys.argv[1:3]
content = pathlib.Path(path).read_text()
if name == "steps":
    write_steps(content, sys.argv[3])
else:
    {"crontab": crontab, "cronjob": cronjob, "workflow": workflow, "containerfile": containerfile}[name](content)
print("\n".join(problems), end="\n" if problems else "")
sys.exit(1 if problems else 0)
