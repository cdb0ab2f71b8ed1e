"""Reads a report as its readers do, and prints what it read as JSON.

`read.py junit FILE`: held against the schema of Jenkins's xUnit plugin (junit-10.xsd, from pytest 8.4.2),
then read by junitparser. `read.py sarif FILE`: held against OASIS's schema (from serde-sarif 0.8.0).
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def junit(path):
    import junitparser
    import xmlschema

    xmlschema.XMLSchema(HERE / "junit-10.xsd").validate(path)
    report = junitparser.JUnitXml.fromfile(path)
    cases = []
    for suite in report:
        for case in suite:
            how = [type(result).__name__.lower() for result in case.result]
            cases.append({"name": case.name, "class": case.classname, "result": how[0] if how else "passed"})
    return {"tests": report.tests, "failures": report.failures, "errors": report.errors, "cases": cases}


def sarif(path):
    import jsonschema

    log = json.loads(pathlib.Path(path).read_text())
    schema = json.loads((HERE / "sarif-schema-2.1.0.json").read_text())
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER).validate(log)
    results = []
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        results.append(
            {
                "rule": result["ruleId"],
                "level": result["level"],
                "file": place["artifactLocation"]["uri"],
                "line": place["region"]["startLine"],
                "column": place["region"]["startColumn"],
            }
        )
    return {"results": results}


print(json.dumps({"junit": junit, "sarif": sarif}[sys.argv[1]](sys.argv[2])))
