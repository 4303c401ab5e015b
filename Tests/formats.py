#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the reports of a run with the parsers that others read them with.

Argument: the run's folder. Prints a line of JSON with what each of them found; ends with 1 when one of them does not take its
file.
"""
import base64
import json
import pathlib
import sys
import uuid
import xml.etree.ElementTree

from google.protobuf import json_format
from junitparser import Error, Failure, JUnitXml, Skipped
from openlineage.client import event_v2
from openlineage.client.facet_v2 import (
    error_message_run,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    processing_engine_run,
)
from openlineage.client.serde import Serde
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

folder = pathlib.Path(sys.argv[1])


def check(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def junit():
    path = folder / "junit.xml"
    tree = xml.etree.ElementTree.parse(path).getroot()
    check(tree.tag == "testsuites", "the root is testsuites")
    results = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    kinds = {Failure: "failures", Error: "errors", Skipped: "skipped"}
    parsed = JUnitXml.fromfile(str(path))
    for suite in parsed:
        found = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        for case in suite:
            check(case.name and case.classname and case.time is not None, "a case has its name, class and time")
            found["tests"] += 1
            for result in case.result:
                found[kinds[type(result)]] += 1
                check(result.message, "a result has a message")
        told = {name: getattr(suite, name) for name in found}
        check(told == found, f"suite {suite.name} counts {told}, and has {found}")
        for name, count in found.items():
            results[name] += count
    told = {name: getattr(parsed, name) for name in results}
    check(told == results, f"the suites count {told}, and have {results}")
    return results


def prometheus():
    text = (folder / "metrics.prom").read_text(encoding="utf-8")
    check(text.endswith("\n"), "metrics end with a line feed")
    seen, jobs = set(), {}
    families = list(text_string_to_metric_families(text))
    for family in families:
        check(family.name.startswith("outhaul_"), family.name)
        check(family.documentation and family.type in ("gauge", "histogram"), f"{family.name} has HELP and TYPE")
        check(not family.name.endswith("_total"), f"{family.name} is no counter")
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            check(key not in seen, f"{key} comes twice")
            check(sample.timestamp is None, f"{sample.name} has no timestamp")
            seen.add(key)
            if sample.name == "outhaul_run_jobs":
                jobs[sample.labels["state"]] = jobs.get(sample.labels["state"], 0) + int(sample.value)
        if family.type == "histogram":
            buckets, counts = {}, {}
            for sample in family.samples:
                labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
                if sample.name.endswith("_bucket"):
                    buckets.setdefault(labels, []).append((float(sample.labels["le"]), sample.value))
                elif sample.name.endswith("_count"):
                    counts[labels] = sample.value
            for labels, values in buckets.items():
                check(values == sorted(values) and values[-1][1] == counts[labels], f"{family.name} adds up")
                check([v for _, v in values] == sorted(v for _, v in values), f"{family.name} is cumulative")
    return {"families": len(families), "series": len(seen), "jobs": jobs}


FACETS = {
    "nominalTime": nominal_time_run.NominalTimeRunFacet,
    "processing_engine": processing_engine_run.ProcessingEngineRunFacet,
    "errorMessage": error_message_run.ErrorMessageRunFacet,
    "jobType": job_type_job.JobTypeJobFacet,
    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
}


def facet(name, members):
    own = {key: value for key, value in members.items() if not key.startswith("_")}
    if name == "parent":
        made = parent_run.ParentRunFacet(
            run=parent_run.Run(**own["run"]),
            job=parent_run.Job(**own["job"]),
            root=parent_run.Root(
                run=parent_run.RootRun(**own["root"]["run"]), job=parent_run.RootJob(**own["root"]["job"])
            ),
            producer=members["_producer"],
        )
    else:
        made = FACETS[name](**own, producer=members["_producer"])
    check(made._schemaURL == members["_schemaURL"], f"{name} has the schema {members['_schemaURL']}")
    return made


def facets(members):
    return {name: facet(name, value) for name, value in members.items()}


def openlineage():
    types, runs, parents, outputs = {}, {}, set(), 0
    for line in (folder / "openlineage.ndjson").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        made = event_v2.RunEvent(
            eventType=event_v2.RunState(event["eventType"]),
            eventTime=event["eventTime"],
            run=event_v2.Run(runId=event["run"]["runId"], facets=facets(event["run"]["facets"])),
            job=event_v2.Job(
                namespace=event["job"]["namespace"], name=event["job"]["name"], facets=facets(event["job"]["facets"])
            ),
            inputs=[event_v2.InputDataset(namespace=i["namespace"], name=i["name"]) for i in event["inputs"]],
            outputs=[
                event_v2.OutputDataset(
                    namespace=o["namespace"], name=o["name"], outputFacets=facets(o["outputFacets"])
                )
                for o in event["outputs"]
            ],
            producer=event["producer"],
        )
        check(made.schemaURL == event["schemaURL"], f"an event has the schema {event['schemaURL']}")
        again = json.loads(Serde.to_json(made))
        check(all(again[name] == event[name] for name in ("eventType", "eventTime", "producer")), "events come back")
        check(uuid.UUID(event["run"]["runId"]).version == 7, "runs have UUIDs of version 7")
        types[event["eventType"]] = types.get(event["eventType"], 0) + 1
        runs.setdefault(event["run"]["runId"], []).append(event["eventType"])
        if "parent" in event["run"]["facets"]:
            parents.add(event["run"]["facets"]["parent"]["run"]["runId"])
        outputs += len(event["outputs"])
    for run, states in runs.items():
        check(len(states) == 2 and states[0] == "START" and states[1] != "START", f"{run} is {states}")
    check(parents <= set(runs) and len(parents) <= 1, "the parent is the run")
    return {"events": types, "outputs": outputs}


def hexadecimal_to_base64(span):
    for name in ("traceId", "spanId", "parentSpanId"):
        if name in span:
            span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()


def opentelemetry():
    spans, traces, lines = {}, set(), 0
    for line in (folder / "otlp-traces.json").read_text(encoding="utf-8").splitlines():
        lines += 1
        value = json.loads(line)
        for resource in value["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    hexadecimal_to_base64(span)
        request = json_format.Parse(json.dumps(value), ExportTraceServiceRequest())
        for resource in request.resource_spans:
            names = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
            check(names.get("service.name") == "outhaul" and "service.version" in names, "a resource says what it is")
            for scope in resource.scope_spans:
                for span in scope.spans:
                    check(len(span.trace_id) == 16 and len(span.span_id) == 8, "identifiers have their lengths")
                    check(span.span_id not in spans, "no span comes twice")
                    check(0 < span.start_time_unix_nano <= span.end_time_unix_nano, f"{span.name} ends after it began")
                    check(not span.parent_span_id or span.parent_span_id in spans, "parents come before children")
                    spans[span.span_id] = span
                    traces.add(span.trace_id)
    check(len(traces) == 1, "there is one trace")
    counts = {"lines": lines, "run": 0, "job": 0, "attempt": 0, "request": 0}
    kinds = {"run": "", "job": "run", "attempt": "job", "request": "run job attempt"}
    for span in spans.values():
        kind = "request" if span.kind == span.SPAN_KIND_CLIENT else span.name.split(" ")[0]
        counts[kind] += 1
        span_parent = spans.get(span.parent_span_id)
        parent = span_parent.name.split(" ")[0] if span_parent else ""
        check(parent in kinds[kind].split(" ") or parent == kinds[kind], f"a {kind} is not below a {parent}")
        if kind == "request":
            names = {attribute.key for attribute in span.attributes}
            check({"http.request.method", "url.full", "server.address"} <= names, f"a request has {names}")
    return counts


print(
    json.dumps(
        {
            "junit": junit(), "prometheus": prometheus(), "openlineage": openlineage(),
            "opentelemetry": opentelemetry(),
        }
    )
)
