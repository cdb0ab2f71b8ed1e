#!/usr/bin/env python3
"""Writes models/*.model: the shapes of the operations that the mock serves, from botocore's service models.

    pip install botocore==1.44.5
    python mocks/aws/tools/extract_model.py

The operations are those named in models/operations.txt, one a line: service, then operation.
The format, one record after the other:

    op <Operation> <input structure or -> <output structure or ->
    struct <Name>
     <Member> <name in a request> <name in a response> <type>[!]      "!": required
    list <Name> <element in a request or -> <element in a response> <type>
    enum <Name> <value> <value> ...

Types are string, bool, float, time, int, int:<min>:<max>, or the name of a record.
"""

import gzip
import json
import pathlib

import botocore

HERE = pathlib.Path(__file__).resolve().parent.parent / "models"
VERSIONS = {"ec2": "2016-11-15", "sts": "2011-06-15", "service-quotas": "2019-06-24"}
PLAIN = {"map": "string", "string": "string", "boolean": "bool", "double": "float", "float": "float", "timestamp": "time", "blob": "string"}


def load(service):
    path = pathlib.Path(botocore.__file__).parent / "data" / service / VERSIONS[service] / "service-2.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))


class Extract:
    def __init__(self, model):
        self.shapes = model["shapes"]
        self.protocol = model["metadata"]["protocol"]
        self.done = {}

    def type_of(self, name):
        shape = self.shapes[name]
        kind = shape["type"]
        if kind in ("integer", "long"):
            low, high = shape.get("min"), shape.get("max")
            return "int" if low is None or high is None else f"int:{low}:{high}"
        if kind == "string" and "enum" in shape:
            self.done.setdefault(name, "enum " + " ".join([name, *shape["enum"]]))
            return name
        if kind in PLAIN:
            return PLAIN[kind]
        self.visit(name)
        return name

    def visit(self, name):
        if name in self.done:
            return
        shape = self.shapes[name]
        self.done[name] = ""
        if shape["type"] == "list":
            member = shape["member"]
            flat = self.protocol == "ec2" or shape.get("flattened")
            wire = "-" if flat else member.get("locationName", "member")
            self.done[name] = f"list {name} {wire} {member.get('locationName', 'member')} {self.type_of(member['shape'])}"
            return
        assert shape["type"] == "structure", name
        required = shape.get("required", [])
        lines = [f"struct {name}"]
        for member, reference in shape["members"].items():
            mark = "!" if member in required else ""
            lines.append(f" {member} {self.asked(member, reference)} {reference.get('locationName', member)} {self.type_of(reference['shape'])}{mark}")
        self.done[name] = "\n".join(lines)

    def asked(self, member, reference):
        if self.protocol != "ec2":
            return reference.get("locationName", member)
        if "queryName" in reference:
            return reference["queryName"]
        name = reference.get("locationName", member)
        return name[0].upper() + name[1:]


def main():
    wanted = {}
    for line in (HERE / "operations.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            service, operation = line.split()
            wanted.setdefault(service, []).append(operation)
    for service, operations in wanted.items():
        model = load(service)
        extract = Extract(model)
        lines = [f"# {service} {VERSIONS[service]}, of botocore {botocore.__version__}; made by tools/extract_model.py"]
        for name in sorted(operations):
            operation = model["operations"][name]
            sides = []
            for side in ("input", "output"):
                shape = operation.get(side, {}).get("shape")
                if shape:
                    extract.visit(shape)
                sides.append(shape or "-")
            lines.append(f"op {name} {sides[0]} {sides[1]}")
        lines += [extract.done[name] for name in sorted(extract.done)]
        (HERE / f"{service}.model").write_text("\n".join(lines) + "\n")


main()
