#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema-reference.py manifest|service: prints the page of a reference, made from Schemas/NAME.schema.json."""
import json
import pathlib
import sys

MANIFEST = """# The manifest, field by field

Every field of a manifest, with its type, what holds without it, and its meaning. Where a number, a duration, a day, a
word of a list or a URL is taken, a variable may stand instead: `"${var.NAME}"`. `NAME` in a path is a name of your own,
`[]` each entry of a list. This page is made from `Schemas/manifest.schema.json` by `Tests/schema-reference.py`.
"""
DESCRIPTION = """# A service description, field by field

Every field of a service description, with its type, what holds without it, and its meaning. <doc:DescribeAService> leads
through one; `outhaul service check FILE` says what is wrong with yours. `NAME` in a path is a name of your own, `[]` each
entry of a list. This page is made from `Schemas/service.schema.json` by `Tests/schema-reference.py`.

A template is a text with holes, `${scope.name|filter|filter}`. A member of a query, of headers, of JSON or of a form whose
value is absent is left out; in an address, in a body of text or in a name of files nothing can be left out. A pick says
where an answer has a value: `body:/json/pointer`, `xml:/Element/Path`, `header:Name` or `status:`. `outhaul explain D002`,
`D003` and `D004` tell filters, scopes and picks.
"""
which = sys.argv[1]
top, heading = {"manifest": ("manifest", MANIFEST), "service": ("description", DESCRIPTION)}[which]
root = pathlib.Path(__file__).parent.parent
schema = json.loads((root / f"Schemas/{which}.schema.json").read_text())
sections = []
told = {}


def resolved(node):
    """The node with what it refers to below it."""
    while "$ref" in node:
        node = {**schema["$defs"][node["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in node.items() if k != "$ref"}}
    return node


def code(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "`" + text.replace("|", "\\|") + "`"


def kind(node):
    """What stands there, in words; a variable may stand for most values, which is said once."""
    # What may be anything is in the schema for completion alone.
    if node == {} or node.get("$ref") == "#/$defs/reference":
        return []
    if "$ref" in node and "properties" not in node:
        target = resolved(node)
        return [target["title"]] if "title" in target else kind(target)
    if "const" in node:
        return [code(node["const"])]
    if "enum" in node:
        return [code(word) for word in node["enum"]]
    for name in ("anyOf", "oneOf"):
        if name in node:
            return [word for branch in node[name] for word in kind(branch)]
    if "allOf" in node:
        return kind(node["allOf"][0])
    if node.get("pattern", "").startswith("^P("):
        return ["an ISO 8601 duration"]
    if node.get("type") in ("integer", "number"):
        noun = "a whole number" if node["type"] == "integer" else "a number"
        return [f"{noun} from {node['minimum']} to {node['maximum']}"] if "maximum" in node else [noun]
    if node.get("type") == "boolean":
        return ["`true`", "`false`"]
    if "properties" in node:
        return ["a mapping"]
    # Numbers and flags count as the texts that they are written as.
    sort = node["type"][0] if isinstance(node.get("type"), list) else node.get("type")
    return [{"object": "a mapping", "array": "a list", "string": "a text"}.get(sort, "anything")]


def parts(node):
    """Mappings below a node, with what is added to its path."""
    found = []
    if isinstance(node.get("properties"), dict):
        found.append(("", node))
    if isinstance(node.get("additionalProperties"), dict):
        found += [(".NAME" + path, part) for path, part in parts(resolved(node["additionalProperties"]))]
    if "items" in node:
        found += [("[]" + path, part) for path, part in parts(resolved(node["items"]))]
    for name in ("anyOf", "oneOf"):
        for branch in node.get(name, []):
            branch = resolved(branch)
            chosen = branch.get("properties", {}).get("kind", {}).get("const")
            found += [(f" of the kind {chosen}", branch)] if chosen else parts(branch)
    return found


def section(path, node):
    lines = [f"## {path}", ""]
    key = json.dumps([node["properties"], node.get("required", [])], sort_keys=True)
    # Requests are alike everywhere.
    if which == "service" and key in told:
        sections.append("\n".join(lines + [f"As `{told[key]}`."]))
        return
    told[key] = path
    if node.get("description"):
        lines += [node["description"], ""]
    lines += ["| field | type | default | meaning |", "|---|---|---|---|"]
    below = []
    for name, property in node["properties"].items():
        whole = resolved(property)
        words = ", ".join(dict.fromkeys(kind(property)))
        default = code(whole["default"]) if "default" in whole else "required" if name in node.get("required", []) else ""
        meaning = whole["description"]
        shown = [code(example) for example in whole.get("examples", []) if "default" not in whole][:2]
        if shown:
            meaning += " Such as " + ", ".join(shown) + "."
        lines.append(f"| `{name}` | {words} | {default} | {meaning} |")
        for more, part in parts(whole):
            inner = (name if path == top else f"{path}.{name}") + more
            # Kinds of which one is chosen stand together.
            if below and below[-1][0] == inner:
                below[-1][1]["properties"].update(part["properties"])
                below[-1][1]["required"] = []
            else:
                below.append((inner, {**part, "properties": dict(part["properties"])}))
    sections.append("\n".join(lines))
    for inner, part in below:
        section(inner, part)


section(top, schema)
print(heading)
print("\n\n".join(sections))
