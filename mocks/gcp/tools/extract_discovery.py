#!/usr/bin/env python3
"""Writes tests/discovery.json: the methods that the mock serves, and their schemas, from Google's discovery documents.

    pip install google-api-python-client==2.202.0
    python mocks/gcp/tools/extract_discovery.py

The documents are Google's, and come with its client (Apache-2.0). Kept is what a request and a reply have to look like, as JSON
Schema: texts are left out, members that are not described are refused. A discovery document does not say which members are required.
"""

import json
import pathlib

import googleapiclient

DOCUMENTS = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
METHODS = {
    "addresses": ["aggregatedList", "delete", "get", "insert", "list"],
    "firewalls": ["delete", "get", "insert", "list", "patch", "update"],
    "globalOperations": ["get", "list", "wait"],
    "instances": ["aggregatedList", "delete", "get", "insert", "list"],
    "networkProfiles": ["get", "list"],
    "networks": ["addPeering", "delete", "get", "getEffectiveFirewalls", "insert", "list", "patch", "removePeering",
                 "switchToCustomMode"],
    "projects": ["get"],
    "publicDelegatedPrefixes": ["get", "list"],
    "regionNetworkFirewallPolicies": ["getEffectiveFirewalls"],
    "regionOperations": ["get", "list", "wait"],
    "regions": ["get", "list"],
    "routers": ["aggregatedList", "delete", "get", "insert", "list", "patch", "update"],
    "routes": ["delete", "get", "insert", "list"],
    "subnetworks": ["aggregatedList", "delete", "expandIpCidrRange", "get", "insert", "list", "patch"],
    "zoneOperations": ["get", "list", "wait"],
    "zones": ["get", "list"],
}
KEPT = ("type", "format", "enum", "pattern", "minimum", "maximum")


def schema(node):
    """As JSON Schema, without texts, closed where members are described."""
    if "$ref" in node:
        return {"$ref": f"#/schemas/{node['$ref']}"}
    out = {key: node[key] for key in KEPT if key in node}
    if "items" in node:
        out["items"] = schema(node["items"])
    if "properties" in node:
        out["properties"] = {name: schema(one) for name, one in node["properties"].items()}
        out["additionalProperties"] = False
    if "additionalProperties" in node:
        out["additionalProperties"] = schema(node["additionalProperties"])
    return out


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value.removeprefix("#/schemas/")] if key == "$ref" else references(value)
    elif isinstance(node, list):
        for one in node:
            yield from references(one)


def method(node):
    return {
        "parameters": sorted(name for name, one in node["parameters"].items() if one["location"] == "query"),
        "request": schema(node["request"]) if "request" in node else None,
        "reply": schema(node["response"]),
    }


def main():
    compute = json.loads((DOCUMENTS / "compute.v1.json").read_text())
    manager = json.loads((DOCUMENTS / "cloudresourcemanager.v1.json").read_text())
    methods = {}
    for resource, names in METHODS.items():
        for name in names:
            node = compute["resources"][resource]["methods"][name]
            methods[f"{node['httpMethod']} compute/v1/{node['path']}"] = method(node)
    node = manager["resources"]["projects"]["methods"]["testIamPermissions"]
    methods[f"{node['httpMethod']} {node['path'].replace('{+resource}', 'projects/{resource}')}"] = method(node)
    described = {**manager["schemas"], **compute["schemas"]}
    schemas, wanted = {}, set(references(methods))
    while wanted:
        name = wanted.pop()
        schemas[name] = schema(described[name])
        wanted |= set(references(schemas[name])) - set(schemas)
    out = {"revision": compute["revision"], "methods": methods, "schemas": schemas}
    target = pathlib.Path(__file__).resolve().parent.parent / "tests" / "discovery.json"
    target.write_text(json.dumps(out, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{len(methods)} methods, {len(schemas)} schemas, revision {compute['revision']}")


if __name__ == "__main__":
    main()
