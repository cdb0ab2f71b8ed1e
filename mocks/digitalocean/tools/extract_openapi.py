#!/usr/bin/env python3
"""Writes tests/openapi.json: the schemas of the operations that the mock serves, from DigitalOcean's OpenAPI description.

    pip install pyyaml==6.0.4
    cargo fetch of a crate that depends on rsdo 0.1.20261001, which carries the description in its folder `spec`
    python mocks/digitalocean/tools/extract_openapi.py <rsdo>/spec/specification

The description is DigitalOcean's (https://github.com/digitalocean/openapi, Apache-2.0). Kept is what a request and a reply have
to look like, as JSON Schema: references are resolved, parts of one object are merged, and members that are not described are
refused. VPC subnets are newer than this description; they are left out.
"""

import json
import pathlib
import sys

import yaml

OPERATIONS = {
    "droplets": ["create", "list", "get", "destroy"],
    "firewalls": [
        "create", "list", "get", "update", "delete", "add_rules", "delete_rules", "add_tags", "delete_tags",
        "assign_droplets", "delete_droplets",
    ],
    "tags": ["create", "list", "get", "delete"],
    "vpc_nat_gateways": ["create", "list", "get", "delete"],
    "vpc_peerings": ["create", "list", "get", "delete"],
    "vpcs": ["create", "list", "get", "update", "patch", "delete", "list_members", "list_peerings"],
}
# What the description misspells; replies have the word that its examples have.
SPELLED = {"imgages": "images"}
# What the description shows of a reply is the request.
UNDESCRIBED = {("POST /v2/vpc_nat_gateways", "202")}
TEXTS = {"description", "example", "title", "readOnly", "writeOnly", "default", "deprecated", "externalDocs", "xml"}
FILES = {}


def load(path):
    path = path.resolve()
    if path not in FILES:
        FILES[path] = yaml.safe_load(path.read_text())
    return FILES[path]


def resolved(node, at):
    """The node with every reference replaced by what it refers to."""
    if isinstance(node, list):
        return [resolved(one, at) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: resolved(value, at) for key, value in node.items() if not str(key).startswith("x-")}
    file, _, pointer = node["$ref"].partition("#")
    path = (at.parent / file) if file else at
    target = load(path)
    for part in pointer.strip("/").split("/"):
        target = target[part] if part else target
    return resolved(target, path)


def schema(node):
    """As JSON Schema, without texts, closed where members are described."""
    if isinstance(node, list):
        return [schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key == "properties":
            out[key] = {SPELLED.get(name, name): schema(one) for name, one in value.items()}
        elif key == "enum":
            # YAML 1.1 reads `off` as false.
            out[key] = ["off" if one is False else one for one in value]
        elif key not in TEXTS and key != "nullable":
            out[key] = schema(value)
    parts = [part for part in out.pop("allOf", []) if part]
    for part in parts:
        merge(out, part)
    if node.get("nullable") and isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    if out.get("properties") and "additionalProperties" not in out:
        out["additionalProperties"] = False
    return out


def merge(into, part):
    for key, value in part.items():
        if key == "properties":
            into.setdefault(key, {}).update(value)
        elif key == "required":
            into[key] = sorted({*into.get(key, []), *value})
        elif key in ("anyOf", "oneOf") and key in into:
            into[key] = into[key] + value
        else:
            into[key] = value


def content(node):
    return schema((node or {}).get("content", {}).get("application/json", {}).get("schema", {}))


def main(root):
    described = load(root / "DigitalOcean-public.v2.yaml")
    wanted = {f"resources/{folder}/{prefix}_{name}.yml" for folder, names in OPERATIONS.items() for name in names
              for prefix in (folder, folder.rstrip("s"))}
    out = {}
    for path, methods in described["paths"].items():
        for method, node in methods.items():
            reference = node.get("$ref", "") if isinstance(node, dict) else ""
            if reference not in wanted:
                continue
            operation = resolved(node, root / "DigitalOcean-public.v2.yaml")
            replies = {str(status): content(reply) for status, reply in operation["responses"].items()}
            name = f"{method.upper()} {path}"
            replies.update({status: {} for own, status in UNDESCRIBED if own == name})
            out[name] = {"request": content(operation.get("requestBody")), "replies": replies}
    target = pathlib.Path(__file__).resolve().parent.parent / "tests" / "openapi.json"
    target.write_text(json.dumps(dict(sorted(out.items())), separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{len(out)} operations: {', '.join(sorted(out))}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
