#!/usr/bin/env python3
"""Holds the mock against pydo, the vendor's own client: every call is made by it, every reply is read by it, and requests and
replies are held against DigitalOcean's OpenAPI description, as far as it has them (`openapi.json`).

    python pydo_lifecycle.py <the built example "serve_digitalocean">
"""

import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema
import pydo
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy

SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""
DESCRIBED = json.loads((pathlib.Path(__file__).parent / "openapi.json").read_text())
BOTH = ["0.0.0.0/0", "::/0"]


@contextlib.contextmanager
def served(*words):
    with tempfile.TemporaryDirectory() as folder:
        certificate = f"certificate={folder}/mock.pem"
        process = subprocess.Popen([SERVE, "port=0", certificate, *words], stdout=subprocess.PIPE, text=True)
        try:
            environment = {}
            while line := process.stdout.readline().strip():
                name, value = line.removeprefix("export ").split("=", 1)
                environment[name] = value
            yield environment
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


class Described(SansIOHTTPPolicy):
    """Holds each exchange against the description."""

    def __init__(self):
        self.seen = set()

    def on_response(self, request, response):
        asked, said = request.http_request, response.http_response
        path = asked.url.split("://", 1)[1].partition("/")[2].partition("?")[0]
        name = self.operation(asked.method, "/" + path)
        if name is None:
            return
        self.seen.add(name)
        operation = DESCRIBED[name]
        if asked.body and said.status_code < 400:
            self.validate(name, asked.body, operation["request"])
        replies = operation["replies"]
        reply = replies.get(str(said.status_code), replies.get("default") if said.status_code >= 400 else None)
        assert reply is not None, f"{name} does not answer {said.status_code}"
        for header in ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"):
            assert said.headers[header].isdigit(), header
        if body := said.body():
            self.validate(name, body, reply)

    @staticmethod
    def validate(name, text, schema):
        errors = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(text))
        if error := jsonschema.exceptions.best_match(errors):
            raise AssertionError(f"{name}: {error.json_path}: {error.message[:300]}")

    @staticmethod
    def operation(method, path):
        for name in DESCRIBED:
            own, template = name.split(" ", 1)
            if own == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
                return name
        return None


def client(environment, token=None, policies=()):
    return pydo.Client(
        token or environment["DIGITALOCEAN_ACCESS_TOKEN"],
        endpoint=environment["DIGITALOCEAN_API_URL"],
        connection_verify=environment["REQUESTS_CA_BUNDLE"],
        per_retry_policies=list(policies),
    )


def rule(ports, addresses, protocol="tcp"):
    return {"protocol": protocol, "ports": ports, "sources": {"addresses": addresses}}


def until(read, wanted):
    for _ in range(100):
        if (seen := read()) == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"{seen} is not {wanted}")


class Lifecycle(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served("delay_ms=100"))
        self.described = Described()
        self.cloud = client(self.environment, policies=[self.described])

    def refused(self, status, call):
        with self.assertRaises(HttpResponseError) as refused:
            call()
        self.assertEqual(refused.exception.status_code, status)
        return json.loads(refused.exception.response.body())["message"]

    def vpc(self, name="n", **more):
        return self.cloud.vpcs.create(body={"name": name, "region": "fra1", **more})["vpc"]

    def droplet(self, **more):
        body = {"name": "d", "region": "fra1", "size": "s-1vcpu-2gb", "image": "debian-13-x64", **more}
        return self.cloud.droplets.create(body=body)["droplet"]

    def test_vpc(self):
        vpc = self.vpc(ip_range="10.20.0.0/20", description="mine")
        self.assertEqual((vpc["ip_range"], vpc["default"]), ("10.20.0.0/20", False))
        self.assertIn("overlaps", self.refused(422, lambda: self.vpc("m", ip_range="10.20.8.0/24")))
        self.assertIn("reserved", self.refused(422, lambda: self.vpc("m", ip_range="10.244.0.0/20")))
        self.assertIn("unique", self.refused(409, lambda: self.vpc()))
        patched = self.cloud.vpcs.patch(vpc["id"], body={"description": "ours"})["vpc"]
        self.assertEqual((patched["name"], patched["description"]), ("n", "ours"))
        droplet = self.droplet(vpc_uuid=vpc["id"])
        members = self.cloud.vpcs.list_members(vpc["id"])["members"]
        self.assertEqual(members[0]["urn"], f"do:droplet:{droplet['id']}")
        self.assertIn("members", self.refused(403, lambda: self.cloud.vpcs.delete(vpc["id"])))
        self.cloud.droplets.destroy(droplet["id"])
        until(lambda: self.cloud.vpcs.list_members(vpc["id"])["members"], [])
        self.assertIsNone(self.cloud.vpcs.delete(vpc["id"]))
        self.assertEqual(self.cloud.vpcs.get(vpc["id"])["id"], "not_found")

    def test_the_first_vpc_of_a_region_stays(self):
        first = self.cloud.vpcs.create(body={"name": "first", "region": "sgp1"})["vpc"]
        self.assertTrue(first["default"])
        self.assertIn("default", self.refused(403, lambda: self.cloud.vpcs.delete(first["id"])))
        unset = {"name": "first", "default": False}
        self.assertIn("unset", self.refused(403, lambda: self.cloud.vpcs.update(first["id"], body=unset)))
        second = self.cloud.vpcs.create(body={"name": "second", "region": "sgp1"})["vpc"]
        self.assertFalse(second["default"])
        self.cloud.vpcs.patch(second["id"], body={"default": True})
        self.assertIsNone(self.cloud.vpcs.delete(first["id"]))

    def test_subnets(self):
        vpc = self.vpc(ip_range="10.20.0.0/20")
        subnets = lambda: [one["name"] for one in self.cloud.vpc_subnets.list(vpc["id"])["vpc_subnet"]]
        self.assertEqual(subnets(), ["n"])
        made = self.cloud.vpc_subnets.create(vpc["id"], body={"name": "s", "ip_range": "10.21.0.0/24"})["vpc_subnet"]
        self.assertEqual((made["type"], made["default"], made["region"]), ("REGULAR", False, "fra1"))
        self.assertEqual(sorted(subnets()), ["n", "s"])
        body = {"name": "t", "ip_range": "10.21.0.0/25"}
        self.assertIn("between", self.refused(422, lambda: self.cloud.vpc_subnets.create(vpc["id"], body=body)))
        self.assertIsNone(self.cloud.vpc_subnets.delete(vpc["id"], made["id"]))
        self.assertEqual(subnets(), ["n"])

    def test_firewall(self):
        body = {"name": "fw", "tags": ["nodes"], "inbound_rules": [rule("22", ["192.0.2.0/24", "2001:db8::/32"])]}
        self.assertIn("does not exist", self.refused(422, lambda: self.cloud.firewalls.create(body=body)))
        self.cloud.tags.create(body={"name": "nodes"})
        firewall = self.cloud.firewalls.create(body=body)["firewall"]
        self.assertEqual(firewall["inbound_rules"][0]["sources"]["addresses"], ["192.0.2.0/24", "2001:db8::/32"])
        self.assertEqual(firewall["status"], "succeeded")
        self.assertIn("duplicate", self.refused(409, lambda: self.cloud.firewalls.create(body=body)))
        outbound = {"protocol": "icmp", "ports": "all", "destinations": {"addresses": BOTH}}
        self.cloud.firewalls.add_rules(firewall["id"], body={"outbound_rules": [outbound]})
        read = lambda: self.cloud.firewalls.get(firewall["id"])["firewall"]
        self.assertEqual(read()["outbound_rules"][0]["ports"], "0")
        droplet = self.droplet(tags=["nodes"])
        self.cloud.firewalls.delete_rules(firewall["id"], body={"inbound_rules": body["inbound_rules"]})
        self.assertEqual(read()["pending_changes"][0]["droplet_id"], droplet["id"])
        until(lambda: read()["status"], "succeeded")
        self.cloud.firewalls.assign_droplets(firewall["id"], body={"droplet_ids": [droplet["id"]]})
        whole = {**read(), "inbound_rules": [rule("80", BOTH)]}
        replaced = self.cloud.firewalls.update(firewall["id"], body=whole)["firewall"]
        self.assertEqual((len(replaced["inbound_rules"]), replaced["droplet_ids"]), (1, [droplet["id"]]))
        self.cloud.firewalls.delete_droplets(firewall["id"], body={"droplet_ids": [droplet["id"]]})
        self.cloud.firewalls.delete_tags(firewall["id"], body={"tags": ["nodes"]})
        self.assertEqual((read()["tags"], read()["droplet_ids"]), ([], []))
        self.assertIsNone(self.cloud.firewalls.delete(firewall["id"]))
        self.assertEqual(self.cloud.tags.get("nodes")["tag"]["resources"]["droplets"]["count"], 1)
        self.assertIsNone(self.cloud.tags.delete("nodes"))

    def test_ipv6_is_the_droplets(self):
        both = self.droplet(ipv6=True)
        self.assertIn("ipv6", both["features"])
        self.assertEqual(both["networks"]["v6"][0]["netmask"], 64)
        self.assertEqual(self.droplet()["networks"]["v6"], [])

    def test_peering_and_gateway(self):
        one, other = self.vpc("one"), self.vpc("other")
        body = {"name": "p", "vpc_ids": [one["id"], other["id"]]}
        peering = self.cloud.vpc_peerings.create(body=body)["vpc_peering"]
        self.assertEqual(peering["status"], "PROVISIONING")
        until(lambda: self.cloud.vpc_peerings.get(peering["id"])["vpc_peering"]["status"], "ACTIVE")
        self.assertIn("peerings", self.refused(403, lambda: self.cloud.vpcs.delete(one["id"])))
        self.cloud.vpc_peerings.delete(peering["id"])
        body = {"name": "g", "region": "fra1", "size": 1, "type": "PUBLIC", "vpcs": [{"vpc_uuid": one["id"]}]}
        gateway = self.cloud.vpcnatgateways.create(body=body)["vpc_nat_gateway"]
        self.assertEqual(gateway["state"], "NEW")
        self.cloud.vpcnatgateways.delete(gateway["id"])
        until(lambda: self.cloud.vpc_peerings.list()["vpc_peerings"], [])
        # The description knows no gateway among the members of a VPC.
        until(lambda: self.cloud.vpcnatgateways.list()["vpc_nat_gateways"], [])
        self.assertEqual(self.cloud.vpcs.list_members(one["id"])["members"], [])
        self.assertIsNone(self.cloud.vpcs.delete(one["id"]))

    def test_pages(self):
        for number in range(25):
            self.vpc(f"n{number}")
        page = self.cloud.vpcs.list(per_page=20, page=2)
        self.assertEqual((len(page["vpcs"]), page["meta"]["total"]), (6, 26))
        self.assertTrue(page["links"]["pages"]["first"].startswith(self.environment["DIGITALOCEAN_API_URL"]))
        self.assertEqual(len(self.cloud.vpcs.list(per_page=200)["vpcs"]), 26)
        self.refused(422, lambda: self.cloud.vpcs.list(per_page=201))

    def test_errors(self):
        self.assertIn("CIDR", self.refused(422, lambda: self.vpc(ip_range="2001:db8::/32")))
        with self.assertRaises(ClientAuthenticationError):
            client(self.environment, token="nobody").vpcs.list()


class Bursts(unittest.TestCase):
    def test_a_burst_is_told_when_to_go_on(self):
        with served("requests_per_minute=60") as environment:
            cloud = client(environment, policies=[Described()])
            # The client waits as it is told, and goes on.
            for _ in range(62):
                self.assertEqual(len(cloud.vpcs.list()["vpcs"]), 1)


if __name__ == "__main__":
    unittest.main()
