#!/usr/bin/env python3
"""Holds the mock against azure-mgmt-network, Azure's own client, with azure-mgmt-resource for the groups and azure-identity for the door:
every call is made by them, every reply is read by them, and requests and replies are held against their models (`shapes.json`).

    python azure_lifecycle.py <the built example "serve_azure">

The clients are told nothing of the mock but through their transport, which leads every host to it.
"""

import contextlib
import json
import logging
import pathlib
import re
import subprocess
import sys
import time
import unittest
import unittest.mock
import urllib.parse

import jsonschema
from azure.core.exceptions import (
    ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError,
)
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential
from azure.mgmt.network import NetworkManagementClient, models
from azure.mgmt.resource.resources import ResourceManagementClient

# What the clients log of refusals that are expected.
logging.disable(logging.WARNING)
SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""
DESCRIBED = json.loads((pathlib.Path(__file__).parent / "shapes.json").read_text())
SCOPE = "https://management.azure.com/.default"
PLACE = "westeurope"
SPACE = models.AddressSpace(address_prefixes=["10.0.0.0/16", "fd00:1:2::/48"])
BOTH = ["10.0.0.0/20", "fd00:1:2::/64"]


@contextlib.contextmanager
def served(*words):
    process = subprocess.Popen([SERVE, "port=0", *words], stdout=subprocess.PIPE, text=True)
    try:
        text = ""
        while (line := process.stdout.readline()) != "\n":
            text += line
        yield dict(re.findall(r"export (\w+)='(.*?)'\n", text, re.DOTALL))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Exchanges(RequestsTransport):
    """Leads every host to the mock, counts, and holds each exchange against the description."""

    def __init__(self, base):
        super().__init__()
        self.base, self.count, self.lines = base, 0, []

    def send(self, request, **more):
        asked = urllib.parse.urlsplit(request.url)
        request.url = urllib.parse.urlunsplit((*urllib.parse.urlsplit(self.base)[:2], *asked[2:]))
        response = super().send(request, **more)
        if asked.path.startswith("/subscriptions/"):
            self.count += 1
            self.hold(request, asked, response)
        return response

    def hold(self, request, asked, response):
        path = asked.path.split("/", 3)[3] if asked.path.count("/") > 2 else ""
        line = f"{request.method} {path}"
        self.lines.append(line)
        name = next((name for name in DESCRIBED["methods"] if fits(name, line)), None)
        assert name, f"{line} is not described"
        described = DESCRIBED["methods"][name]
        unknown = set(urllib.parse.parse_qs(asked.query)) - set(described["parameters"]) - {"$skiptoken"}
        assert not unknown, f"{name} has no {unknown}"
        assert response.headers["x-ms-request-id"] and response.headers["x-ms-correlation-request-id"]
        if response.status_code < 300:
            if request.body:
                validate(name, json.loads(request.body), described["request"])
            response.internal_response.content and validate(name, response.internal_response.json(), described["reply"])


def fits(name, line):
    return re.fullmatch(re.sub(r"{}", "[^/]+", name.replace("(", r"\(")), line, re.IGNORECASE)


def validate(name, value, schema):
    whole = {**schema, "schemas": DESCRIBED["schemas"]}
    if error := jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(whole).iter_errors(value)):
        raise AssertionError(f"{name}: {error.json_path}: {error.message[:300]}")


class OverHttp(BearerTokenCredentialPolicy):
    """The mock has no certificate: a token may go over HTTP."""

    def on_request(self, request):
        request.context.options["enforce_https"] = False
        super().on_request(request)


class Subscription:
    """The clients of one subscription."""

    def __init__(self, environment, **settings):
        self.base, self.id = environment["AZURE_RESOURCE_MANAGER_ENDPOINT"], environment["AZURE_SUBSCRIPTION_ID"]
        self.transport = Exchanges(self.base)
        self.credential = ClientSecretCredential(
            environment["AZURE_TENANT_ID"], environment["AZURE_CLIENT_ID"], environment["AZURE_CLIENT_SECRET"],
            transport=self.transport, disable_instance_discovery=True,
        )
        settings = {"polling_interval": 0.05, **settings}
        common = {"transport": self.transport, "authentication_policy": OverHttp(self.credential, SCOPE), **settings}
        self.network = NetworkManagementClient(self.credential, self.id, **common)
        self.groups = ResourceManagementClient(self.credential, self.id, **common).resource_groups

    def group(self, name="g"):
        return self.groups.create_or_update(name, {"location": PLACE, "tags": {"owner": "me"}})

    def vnet(self, name="n", subnets=(), space=SPACE, **more):
        body = models.VirtualNetwork(location=PLACE, address_space=space, subnets=list(subnets))
        return self.network.virtual_networks.begin_create_or_update("g", name, body, **more)

    def security_group(self, *rules, **more):
        body = models.NetworkSecurityGroup(location=PLACE, security_rules=list(rules))
        return self.network.network_security_groups.begin_create_or_update("g", "s", body, **more)

    def address(self, name, version, sku="StandardV2"):
        body = models.PublicIPAddress(
            location=PLACE, sku=models.PublicIPAddressSku(name=sku), public_ip_allocation_method="Static",
            public_ip_address_version=version,
        )
        return self.network.public_ip_addresses.begin_create_or_update("g", name, body).result()

    def read(self, name="n"):
        return self.network.virtual_networks.get("g", name)


def rule(name, priority, source, protocol="Tcp", ports="30000-32767"):
    return models.SecurityRule(
        name=name, priority=priority, direction="Inbound", access="Allow", protocol=protocol, source_address_prefix=source,
        source_port_range="*", destination_address_prefix="*", destination_port_range=ports,
    )


def subnet(name="a", prefixes=BOTH, **more):
    return models.Subnet(name=name, address_prefixes=prefixes, default_outbound_access=False, **more)


class Case(unittest.TestCase):
    words = ("operation_ms=100",)

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served(*self.words))
        self.cloud = Subscription(self.environment)
        self.cloud.group()

    def refused(self, call, code, error=HttpResponseError):
        with self.assertRaises(error) as refused:
            call()
        self.assertEqual(refused.exception.error.code, code)
        return refused.exception


class Lifecycle(Case):
    def test_dual_stack(self):
        cloud, network = self.cloud, self.cloud.network
        group = cloud.security_group(rule("ssh", 100, "*", ports="22"), rule("nodes", 400, "0.0.0.0/0")).result()
        six = network.security_rules.begin_create_or_update("g", "s", "nodes-ipv6", rule("", 401, "::/0")).result()
        self.assertEqual((six.name, six.provisioning_state), ("nodes-ipv6", "Succeeded"))
        table = network.route_tables.begin_create_or_update("g", "t", models.RouteTable(location=PLACE)).result()
        hop = models.Route(address_prefix="::/0", next_hop_type="Internet")
        network.routes.begin_create_or_update("g", "t", "out", hop).result()
        addresses = [cloud.address("four", "IPv4"), cloud.address("six", "IPv6")]
        links = [models.SubResource(id=one.id) for one in addresses]
        gateway = models.NatGateway(
            location=PLACE, sku=models.NatGatewaySku(name="StandardV2"), public_ip_addresses=links[:1], public_ip_addresses_v6=links[1:],
        )
        gateway = network.nat_gateways.begin_create_or_update("g", "w", gateway).result()
        inside = subnet(network_security_group=group, route_table=table, nat_gateway=models.SubResource(id=gateway.id))
        made = cloud.vnet(subnets=[inside]).result()
        self.assertEqual((made.provisioning_state, made.subnets[0].address_prefixes), ("Succeeded", BOTH))
        self.assertIs(made.subnets[0].default_outbound_access, False)
        group = network.network_security_groups.get("g", "s")
        self.assertEqual([own.id for own in group.subnets], [made.subnets[0].id])
        self.assertEqual(len(group.default_security_rules), 6)
        parts = [
            models.NetworkInterfaceIPConfiguration(name=version, subnet=made.subnets[0], private_ip_address_version=version)
            for version in ("IPv4", "IPv6")
        ]
        machine = models.NetworkInterface(location=PLACE, ip_configurations=parts)
        machine = network.network_interfaces.begin_create_or_update("g", "i", machine).result()
        self.assertEqual([part.private_ip_address for part in machine.ip_configurations], ["10.0.0.4", "fd00:1:2::4"])
        for call, code in (
            (lambda: network.subnets.begin_delete("g", "n", "a"), "InUseSubnetCannotBeDeleted"),
            (lambda: network.network_security_groups.begin_delete("g", "s"), "InUseNetworkSecurityGroupCannotBeDeleted"),
            (lambda: network.nat_gateways.begin_delete("g", "w"), "InUseNatGatewayCannotBeDeleted"),
            (lambda: network.public_ip_addresses.begin_delete("g", "six"), "PublicIPAddressCannotBeDeleted"),
        ):
            self.assertIn(" in use " if "InUse" in code else "allocated to", self.refused(call, code).message)
        usages = {usage.name.value: usage for usage in network.usages.list(PLACE)}
        self.assertEqual((usages["VirtualNetworks"].current_value, usages["NatGateways"].current_value), (1, 1))
        for operations, name in (
            (network.network_interfaces, "i"), (network.virtual_networks, "n"), (network.nat_gateways, "w"),
            (network.public_ip_addresses, "six"), (network.route_tables, "t"), (network.network_security_groups, "s"),
        ):
            operations.begin_delete("g", name).result()
        cloud.groups.begin_delete("g").result()
        self.refused(cloud.read, "ResourceGroupNotFound", ResourceNotFoundError)
        self.assertFalse(cloud.groups.check_existence("g"))

    def test_from_ipv4_to_dual_stack_and_back(self):
        cloud = self.cloud
        four = models.AddressSpace(address_prefixes=["10.0.0.0/16"])
        cloud.vnet(space=four, subnets=[subnet(prefixes=BOTH[:1])]).result()
        theirs = subnet("theirs", ["10.0.16.0/20"])
        cloud.network.subnets.begin_create_or_update("g", "n", "theirs", theirs).result()
        network = cloud.read()
        network.address_space = SPACE
        network.subnets[0].address_prefixes = BOTH
        dual = cloud.network.virtual_networks.begin_create_or_update("g", "n", network).result()
        self.assertEqual([len(own.address_prefixes) for own in dual.subnets], [2, 1])
        dual.address_space = four
        self.refused(lambda: cloud.network.virtual_networks.begin_create_or_update("g", "n", dual), "NetcfgSubnetRangeOutsideVnet")
        dual.subnets[0].address_prefixes = BOTH[:1]
        back = cloud.network.virtual_networks.begin_create_or_update("g", "n", dual).result()
        self.assertEqual(back.address_space.address_prefixes, ["10.0.0.0/16"])
        self.assertEqual({own.name for own in back.subnets}, {"a", "theirs"})

    def test_what_ipv6_must_not_be(self):
        cloud = self.cloud
        cloud.vnet().result()
        for prefixes, code in (
            (["10.0.0.0/20", "fd00:1:2::/80"], "NetcfgInvalidSubnet"),
            (["10.0.0.0/20", "fd00:9::/64"], "NetcfgSubnetRangeOutsideVnet"),
            (["fd00:1:2::/64"], "NetcfgInvalidSubnet"),
        ):
            self.refused(lambda: cloud.network.subnets.begin_create_or_update("g", "n", "a", subnet(prefixes=prefixes)), code)
        mixed = rule("mixed", 100, "*")
        mixed.source_address_prefix, mixed.source_address_prefixes = None, ["10.0.0.0/8", "fd00::/8"]
        code = "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies"
        self.refused(lambda: cloud.security_group(mixed), code)
        self.refused(lambda: cloud.security_group(rule("a", 100, "*"), rule("b", 100, "*")), "SecurityRuleConflict")
        self.refused(lambda: cloud.address("old", "IPv4", "Basic"), "IPv4BasicSkuPublicIpCountLimitReached")

    def test_peerings(self):
        cloud, peerings = self.cloud, self.cloud.network.virtual_network_peerings
        far = models.AddressSpace(address_prefixes=["10.9.0.0/16", "fd00:9::/48"])
        here, there = cloud.vnet().result(), cloud.vnet("m", space=far).result()
        peer = lambda name, remote: peerings.begin_create_or_update(
            "g", name, "p", models.VirtualNetworkPeering(remote_virtual_network=models.SubResource(id=remote.id))
        ).result()
        self.assertEqual(peer("n", there).peering_state, "Initiated")
        self.assertEqual(peer("m", here).peering_state, "Connected")
        self.assertEqual(cloud.read().virtual_network_peerings[0].remote_address_space, far)


class Writers(Case):
    def test_an_etag_tells_that_somebody_else_was_there(self):
        cloud, networks = self.cloud, self.cloud.network.virtual_networks
        cloud.vnet().result()
        before = cloud.read()
        cloud.network.subnets.begin_create_or_update("g", "n", "theirs", subnet("theirs")).result()
        write = lambda network: networks.begin_create_or_update("g", "n", network, headers={"If-Match": network.etag})
        with self.assertRaises(HttpResponseError) as refused:
            write(before)
        self.assertEqual((refused.exception.status_code, refused.exception.error.code), (412, "PreconditionFailed"))
        write(cloud.read()).result()
        self.assertEqual([own.name for own in cloud.read().subnets], ["theirs"])
        with self.assertRaises(HttpResponseError):
            cloud.vnet(headers={"If-None-Match": "*"})

    def test_one_works_on_a_network_at_a_time(self):
        cloud, subnets = self.cloud, self.cloud.network.subnets
        cloud.vnet().result()
        first = subnets.begin_create_or_update("g", "n", "a", subnet())
        second = lambda: subnets.begin_create_or_update("g", "n", "b", subnet("b", ["10.0.16.0/20"]))
        busy = self.refused(second, "AnotherOperationInProgress")
        self.assertIn("/operations/", busy.message)
        first.result()
        second().result()
        self.assertEqual(len(cloud.read().subnets), 2)

    def test_what_is_being_made_cannot_be_referred_to_yet(self):
        cloud = Subscription(self.environment, retry_policy=RetryPolicy(retry_total=0))
        making = cloud.security_group()
        group = models.NetworkSecurityGroup(id=f"/subscriptions/{cloud.id}/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/s")
        early = self.refused(lambda: cloud.vnet(subnets=[subnet(network_security_group=group)]), "RetryableError")
        self.assertEqual(early.error.details[0].code, "ReferencedResourceNotProvisioned")
        self.assertEqual((early.status_code, early.response.headers["Retry-After"]), (429, "10"))
        making.result()
        cloud.vnet(subnets=[subnet(network_security_group=group)]).result()


class Pages(Case):
    words = ("operation_ms=20", "page_max=2")

    def test_listings_follow_their_links(self):
        for number in range(5):
            self.cloud.vnet(f"n{number}").result()
        for listing in (lambda: self.cloud.network.virtual_networks.list_all(), lambda: self.cloud.network.virtual_networks.list("g")):
            self.assertEqual([network.name for network in listing()], [f"n{number}" for number in range(5)])
        sizes = [len(list(page)) for page in self.cloud.network.virtual_networks.list_all().by_page()]
        self.assertEqual(sizes, [2, 2, 1])
        found = self.cloud.groups.list(filter="tagName eq 'owner' and tagValue eq 'me'")
        self.assertEqual([group.name for group in found], ["g"])


class Failures(unittest.TestCase):
    def test_an_operation_that_fails_raises_with_all_that_it_says(self):
        with served("operation_ms=100", "failing=virtualNetworks.PUT") as environment:
            cloud = Subscription(environment)
            cloud.group()
            with self.assertRaises(HttpResponseError) as failed:
                cloud.vnet().result()
            error = failed.exception.error
            self.assertEqual((failed.exception.status_code, error.code), (200, "InternalServerError"))
            self.assertEqual(error.details[0].code, "AllocationFailed")
            self.assertEqual(cloud.read().provisioning_state, "Failed")

    def test_the_server_says_when_to_ask_again(self):
        with served("operation_ms=1500", "retry_after_s=1") as environment:
            cloud = Subscription(environment)
            cloud.group()
            before = time.monotonic()
            cloud.vnet().result()
            polls = [line for line in cloud.transport.lines if "/operations/" in line]
            self.assertEqual(len(polls), 3)
            self.assertGreater(time.monotonic() - before, 1.9)

    def test_a_door_that_stays_closed(self):
        with served() as environment:
            wrong = {**environment, "AZURE_CLIENT_SECRET": "wrong"}
            with self.assertRaises(ClientAuthenticationError) as refused:
                Subscription(wrong).group()
            self.assertIn("AADSTS7000215", str(refused.exception))
            token = Subscription(environment).credential.get_token(SCOPE)
            self.assertTrue(token.token.startswith("eyJ"))


class Calls(unittest.TestCase):
    """The network that the driver makes, made as a script does that may be run again: it asks for each thing before it makes it, and
    waits for each.

    The client asks for an operation at once, whatever the reply that began it says of when. `calls.json` has the calls of both, without
    those for tokens: those of the driver are counted by its own tests (`calls`), those of the client are the fewest that it can get by
    with.
    """

    RULES = (
        ("ssh_ingress", 100, "*", "Tcp", "22"), ("node_ports_ingress", 400, "0.0.0.0/0", "*", "30000-32767"),
        ("node_ports_ingress_ipv6", 401, "::/0", "*", "30000-32767"), ("icmp_by_allow_all", 800, "*", "Icmp", "*"),
    )
    FASTER = 20

    def setUp(self):
        self.told = json.loads((pathlib.Path(__file__).parent / "calls.json").read_text())
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        # Time runs faster for the cloud and for the client alike.
        milliseconds = self.told["operationSeconds"] * 1000 // self.FASTER
        words = (f"operation_ms={milliseconds}", f"retry_after_s={self.told['retryAfterSeconds']}")
        self.cloud = Subscription(stack.enter_context(served(*words)))
        sleep = time.sleep
        stack.enter_context(unittest.mock.patch("time.sleep", lambda seconds: sleep(seconds / self.FASTER)))

    def made(self, get, make):
        with contextlib.suppress(ResourceNotFoundError):
            return get()
        return make()

    def create(self):
        cloud, network = self.cloud, self.cloud.network
        cloud.groups.check_existence("g") or cloud.group()
        group = self.made(
            lambda: network.network_security_groups.get("g", "s"), lambda: cloud.security_group(*(rule(*one) for one in self.RULES)).result(),
        )
        table = self.made(
            lambda: network.route_tables.get("g", "t"),
            lambda: network.route_tables.begin_create_or_update("g", "t", models.RouteTable(location=PLACE)).result(),
        )
        self.made(cloud.read, lambda: cloud.vnet().result())
        inside = subnet(network_security_group=group, route_table=table)
        self.made(
            lambda: network.subnets.get("g", "n", "a"), lambda: network.subnets.begin_create_or_update("g", "n", "a", inside).result(),
        )

    def test_a_network_takes_more_calls_than_with_the_driver(self):
        self.create()
        calls = self.cloud.transport.count
        print(f"create: {calls} calls, {self.told['driver']['create']} by the driver")
        self.assertGreaterEqual(calls, self.told["client"]["create"])
        self.assertGreater(calls, self.told["driver"]["create"])
        self.create()
        print(f"again: {self.cloud.transport.count - calls} calls")


if __name__ == "__main__":
    unittest.main()
