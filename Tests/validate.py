#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds documents against schemas with a validator that is not ours.

Arguments: the folder of schemas, and a file of lines {"schema": NAME or SCHEMA, "document": …}. Prints a line for each:
null when the document is valid, else what is wrong.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

folder = pathlib.Path(sys.argv[1])
validators = {}


def validator(schema):
    key = schema if isinstance(schema, str) else json.dumps(schema, sort_keys=True)
    if key not in validators:
        if isinstance(schema, str):
            schema = json.loads((folder / f"{schema}.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        validators[key] = Draft202012Validator(schema)
    return validators[key]


with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        entry = json.loads(line)
        error = next(validator(entry["schema"]).iter_errors(entry["document"]), None)
        print(json.dumps(error and f"{error.json_path}: {error.message[:300]}"))
