#!/usr/bin/env python3
"""Holds the mock against google-cloud-compute, Google's own client: every call is made by it with the key of a service account, every
reply is read by it, and requests and replies are held against Google's discovery document (`discovery.json`).

    python google_lifecycle.py <the built example "serve_gcp">

The client asks for operations at the public host, whatever endpoint it was given: here each host leads to the mock.
"""

import contextlib
import json
import pathlib
import random
import re
import subprocess
import sys
import time
import unittest
import unittest.mock
import urllib.parse
import uuid

import jsonschema
from google.api_core import exceptions
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud import compute_v1 as compute
from google.oauth2 import service_account

SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""
DESCRIBED = json.loads((pathlib.Path(__file__).parent / "discovery.json").read_text())
PUBLIC = "https://compute.googleapis.com"
REGION, PROJECT = "europe-west3", "mock-project"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"


@contextlib.contextmanager
def served(*words):
    process = subprocess.Popen([SERVE, "port=0", f"epoch={int(time.time())}", *words], stdout=subprocess.PIPE, text=True)
    try:
        text = ""
        while (line := process.stdout.readline()) != "\n":
            text += line
        yield dict(re.findall(r"export (\w+)='(.*?)'\n", text, re.DOTALL))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Exchanges:
    """Leads every host to the mock, counts, and holds each exchange against the description."""

    base, hosts, count = "", set(), 0
    plain = AuthorizedSession.request

    @classmethod
    def request(cls, session, method, url, data=None, **more):
        cls.count += 1
        host = urllib.parse.urlsplit(url)
        cls.hosts.add(host.netloc)
        reply = cls.plain(session, method, url.replace(PUBLIC, cls.base), data=data, **more)
        line = f"{method.upper()} {host.path.lstrip('/')}"
        name = next(name for name in DESCRIBED["methods"] if fits(name, line))
        described = DESCRIBED["methods"][name]
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(reply.request.url).query)
        unknown = set(asked) - set(described["parameters"]) - {"$alt"}
        assert not unknown, f"{name} has no {unknown}"
        if reply.status_code == 200:
            if data:
                validate(name, json.loads(data), described["request"])
            validate(name, reply.json(), described["reply"])
        return reply


AuthorizedSession.request = lambda session, method, url, **more: Exchanges.request(session, method, url, **more)


def fits(name, line):
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", name), line)


def validate(name, value, schema):
    whole = {**schema, "schemas": DESCRIBED["schemas"]}
    errors = jsonschema.Draft202012Validator(whole).iter_errors(value)
    if error := jsonschema.exceptions.best_match(errors):
        raise AssertionError(f"{name}: {error.json_path}: {error.message[:300]}")


class Project:
    """The clients of one project."""

    def __init__(self, environment):
        base = environment["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"].removesuffix("/compute/v1/")
        Exchanges.base = base
        key = json.loads(environment["GOOGLE_CREDENTIALS"])
        self.credentials = service_account.Credentials.from_service_account_info(key)
        for kind in ("Networks", "Subnetworks", "Routers", "Firewalls", "Routes", "Regions", "Projects", "Instances"):
            client = getattr(compute, f"{kind}Client")
            setattr(self, kind.lower(), client(credentials=self.credentials, client_options={"api_endpoint": base}))

    def network(self, name="n", **more):
        body = compute.Network(name=name, auto_create_subnetworks=False, **more)
        return self.networks.insert(project=PROJECT, network_resource=body)

    def subnetwork(self, name="s", network="n", **more):
        body = compute.Subnetwork(name=name, network=f"global/networks/{network}", ip_cidr_range="10.0.0.0/20", **more)
        return self.subnetworks.insert(project=PROJECT, region=REGION, subnetwork_resource=body)

    def read(self, name="s"):
        return self.subnetworks.get(project=PROJECT, region=REGION, subnetwork=name)


def until(read, wanted):
    for _ in range(100):
        if wanted(seen := read()):
            return seen
        time.sleep(0.05)
    raise AssertionError(f"{seen} did not come")


class Lifecycle(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served("operation_ms=100"))
        self.cloud = Project(self.environment)

    def test_dual_stack(self):
        cloud = self.cloud
        cloud.network(description="mine", enable_ula_internal_ipv6=True).result()
        network = cloud.networks.get(project=PROJECT, network="n")
        self.assertTrue(network.internal_ipv6_range.startswith("fd2"))
        cloud.subnetwork(stack_type="IPV4_IPV6", ipv6_access_type="EXTERNAL").result()
        made = until(cloud.read, lambda made: made.external_ipv6_prefix)
        self.assertTrue(made.external_ipv6_prefix.endswith("/64"))
        self.assertEqual((made.ipv6_gce_endpoint, made.gateway_address), ("VM_AND_FR", "10.0.0.1"))
        nat = compute.RouterNat(
            name="nat", nat_ip_allocate_option="AUTO_ONLY", source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[compute.RouterNatSubnetworkToNat(name=made.self_link, source_ip_ranges_to_nat=["ALL_IP_RANGES"])],
        )
        router = compute.Router(name="r", network=network.self_link, nats=[nat])
        cloud.routers.insert(project=PROJECT, region=REGION, router_resource=router).result()
        for name, protocol, ranges in (("icmp", "icmp", "0.0.0.0/0"), ("icmp-ipv6", "58", "::/0")):
            allowed = compute.Allowed(I_p_protocol=protocol)
            rule = compute.Firewall(name=name, network=network.self_link, allowed=[allowed], source_ranges=[ranges])
            cloud.firewalls.insert(project=PROJECT, firewall_resource=rule).result()
        rules = cloud.networks.get_effective_firewalls(project=PROJECT, network="n").firewalls
        self.assertEqual({rule.name for rule in rules}, {"icmp", "icmp-ipv6"})
        ranges = {route.dest_range for route in cloud.routes.list(project=PROJECT) if route.network == network.self_link}
        self.assertLessEqual({"0.0.0.0/0", "::/0", "10.0.0.0/20"}, ranges)
        for call in (
            lambda: cloud.networks.delete(project=PROJECT, network="n"),
            lambda: cloud.subnetworks.delete(project=PROJECT, region=REGION, subnetwork="s"),
        ):
            with self.assertRaises(exceptions.BadRequest) as refused:
                call()
            self.assertIn("already being used by", str(refused.exception))
        for name in ("icmp", "icmp-ipv6"):
            cloud.firewalls.delete(project=PROJECT, firewall=name).result()
        cloud.routers.delete(project=PROJECT, region=REGION, router="r").result()
        cloud.subnetworks.delete(project=PROJECT, region=REGION, subnetwork="s").result()
        cloud.networks.delete(project=PROJECT, network="n").result()
        with self.assertRaises(exceptions.NotFound):
            cloud.networks.get(project=PROJECT, network="n")
        self.assertIn("compute.googleapis.com", Exchanges.hosts)

    def test_from_ipv4_to_dual_stack_and_back(self):
        cloud = self.cloud
        cloud.network(enable_ula_internal_ipv6=True).result()
        cloud.subnetwork().result()
        before = cloud.read()
        self.assertEqual(before.stack_type, "IPV4_ONLY")

        def patch(**more):
            body = compute.Subnetwork(**more)
            return cloud.subnetworks.patch(project=PROJECT, region=REGION, subnetwork="s", subnetwork_resource=body)

        dual = {"stack_type": "IPV4_IPV6", "ipv6_access_type": "INTERNAL"}
        with self.assertRaises(exceptions.PreconditionFailed):
            patch(fingerprint="AAAAAAAAAAA=", **dual)
        patch(fingerprint=before.fingerprint, **dual).result()
        dual = until(cloud.read, lambda made: made.internal_ipv6_prefix)
        with self.assertRaises(exceptions.BadRequest):
            patch(fingerprint=dual.fingerprint, ipv6_access_type="EXTERNAL")
        patch(fingerprint=dual.fingerprint, stack_type="IPV4_ONLY").result()
        self.assertFalse(cloud.read().internal_ipv6_prefix)

    def test_names_and_requests(self):
        cloud, token = self.cloud, str(uuid.uuid4())
        body = compute.Network(name="n", auto_create_subnetworks=False)
        insert = lambda: cloud.networks.insert(
            compute.InsertNetworkRequest(project=PROJECT, network_resource=body, request_id=token)
        )
        self.assertEqual(insert().name, insert().name)
        insert().result()
        with self.assertRaises(exceptions.Conflict):
            cloud.network()
        with self.assertRaises(exceptions.BadRequest):
            cloud.network("Not-A-Name")

    def test_pages(self):
        for number in range(4):
            self.cloud.network(f"n{number}").result()
        request = compute.ListNetworksRequest(project=PROJECT, max_results=2)
        pages = list(self.cloud.networks.list(request).pages)
        self.assertEqual([len(page.items) for page in pages], [2, 2, 1])
        request = compute.ListNetworksRequest(project=PROJECT, filter='name = "n2"')
        self.assertEqual([network.name for network in self.cloud.networks.list(request)], ["n2"])
        for text, names in (("name eq n[01]", ["n0", "n1"]), ("(name = n1) OR (name = n3)", ["n1", "n3"])):
            request = compute.ListNetworksRequest(project=PROJECT, filter=text)
            self.assertEqual([network.name for network in self.cloud.networks.list(request)], names)
        with self.assertRaises(exceptions.BadRequest):
            self.cloud.networks.list(compute.ListNetworksRequest(project=PROJECT, filter="name like n"))
        quotas = {quota.metric: quota for quota in self.cloud.projects.get(project=PROJECT).quotas}
        self.assertEqual((quotas["NETWORKS"].usage, quotas["NETWORKS"].limit), (5, 5))
        with self.assertRaises(exceptions.Forbidden) as refused:
            self.cloud.network("more")
        self.assertIn("Quota 'NETWORKS' exceeded", str(refused.exception))

    def test_a_machine_has_both_families(self):
        cloud = self.cloud
        cloud.network().result()
        cloud.subnetwork(stack_type="IPV4_IPV6", ipv6_access_type="EXTERNAL").result()
        until(cloud.read, lambda made: made.external_ipv6_prefix)
        interface = compute.NetworkInterface(subnetwork=f"regions/{REGION}/subnetworks/s", stack_type="IPV4_IPV6")
        body = compute.Instance(name="vm", network_interfaces=[interface])
        zone = f"{REGION}-a"
        cloud.instances.insert(project=PROJECT, zone=zone, instance_resource=body).result()
        interface = cloud.instances.get(project=PROJECT, zone=zone, instance="vm").network_interfaces[0]
        self.assertEqual(interface.network_i_p, "10.0.0.2")
        self.assertEqual(interface.ipv6_access_configs[0].external_ipv6_prefix_length, 96)

    def test_a_token_of_the_key(self):
        scoped = self.cloud.credentials.with_scopes([SCOPE])
        scoped.refresh(Request())
        self.assertTrue(scoped.token.startswith("ya29."))


class Calls(unittest.TestCase):
    """The network that the driver makes, made as the client's samples make things: each is begun and waited for.

    The client asks for an operation again and again; the driver lets the server hold one question until it has ended. `calls.json`
    has the calls of both, without those for tokens: those of the driver are counted by the conformance suite (`gcp_cases::calls`),
    those of the client are the fewest that it can get by with, since the pauses between its questions are drawn.
    """

    RULES = (
        ("self", ("tcp", "udp", "esp", "ah", "sctp", "ipip", "icmp", "58"), None),
        *((f"{name}{end}", protocols, ranges) for end, icmp, ranges in (("", "icmp", "0.0.0.0/0"), ("-ipv6", "58", "::/0"))
          for name, protocols in (("icmp", (icmp,)), ("ssh", ("tcp",)), ("nodeport", ("tcp", "udp")))),
    )
    FASTER = 20

    def setUp(self):
        self.told = json.loads((pathlib.Path(__file__).parent / "calls.json").read_text())
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        # Time runs faster for the cloud and for the client alike.
        milliseconds = self.told["operationSeconds"] * 1000 // self.FASTER
        self.cloud = Project(stack.enter_context(served(f"operation_ms={milliseconds}")))
        sleep = time.sleep
        stack.enter_context(unittest.mock.patch("time.sleep", lambda seconds: sleep(seconds / self.FASTER)))
        random.seed(1)

    def counted(self, work):
        before = Exchanges.count
        work()
        return Exchanges.count - before

    def create(self):
        cloud = self.cloud
        cloud.network(description="mine").result()
        cloud.subnetwork(stack_type="IPV4_IPV6", ipv6_access_type="EXTERNAL").result()
        made = cloud.read()
        while not made.external_ipv6_prefix:
            time.sleep(1)
            made = cloud.read()
        nat = compute.RouterNat(
            name="nat", nat_ip_allocate_option="AUTO_ONLY", source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[compute.RouterNatSubnetworkToNat(name=made.self_link, source_ip_ranges_to_nat=["ALL_IP_RANGES"])],
        )
        router = compute.Router(name="r", network=made.network, nats=[nat])
        cloud.routers.insert(project=PROJECT, region=REGION, router_resource=router).result()
        for name, protocols, ranges in self.RULES:
            source = {"source_ranges": [ranges]} if ranges else {"source_tags": ["node"]}
            allowed = [compute.Allowed(I_p_protocol=protocol) for protocol in protocols]
            rule = compute.Firewall(name=name, network=made.network, allowed=allowed, target_tags=["node"], **source)
            cloud.firewalls.insert(project=PROJECT, firewall_resource=rule).result()

    def destroy(self):
        cloud = self.cloud
        for name, _, _ in self.RULES:
            cloud.firewalls.delete(project=PROJECT, firewall=name).result()
        cloud.routers.delete(project=PROJECT, region=REGION, router="r").result()
        cloud.subnetworks.delete(project=PROJECT, region=REGION, subnetwork="s").result()
        cloud.networks.delete(project=PROJECT, network="n").result()

    def test_a_network_takes_more_calls_than_with_the_driver(self):
        for name, work in (("create", self.create), ("destroy", self.destroy)):
            calls = self.counted(work)
            print(f"{name}: {calls} calls, {self.told['driver'][name]} by the driver")
            self.assertGreaterEqual(calls, self.told["client"][name])
            self.assertGreater(calls, self.told["driver"][name])


class Failures(unittest.TestCase):
    def test_an_operation_that_fails_raises_by_its_status(self):
        with served("operation_ms=100", "failing=networks.insert") as environment:
            operation = Project(environment).network()
            with self.assertRaises(exceptions.Forbidden):
                operation.result()
            self.assertEqual(operation.error_code, 403)

    def test_a_region_that_does_not_answer_is_said(self):
        with served("operation_ms=100", f"unreachable={REGION}") as environment:
            lists = dict(Project(environment).subnetworks.aggregated_list(project=PROJECT))
            self.assertEqual(lists[f"regions/{REGION}"].warning.code, "UNREACHABLE")
            self.assertEqual(len(lists["regions/us-central1"].subnetworks), 1)


if __name__ == "__main__":
    unittest.main()
