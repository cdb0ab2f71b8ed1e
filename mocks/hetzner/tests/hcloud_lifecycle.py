#!/usr/bin/env python3
"""Holds the mock against hcloud, the vendor's own client: every call is made by it, and every reply is read by it.

    python hcloud_lifecycle.py <the built example "serve_hetzner">
"""

import contextlib
import subprocess
import sys
import unittest

import hcloud
from hcloud.firewalls import FirewallResource, FirewallResourceLabelSelector, FirewallRule
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.networks import NetworkRoute, NetworkSubnet
from hcloud.server_types import ServerType

SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""


@contextlib.contextmanager
def served(*words):
    process = subprocess.Popen([SERVE, "port=0", *words], stdout=subprocess.PIPE, text=True)
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


def client(environment, token=None):
    endpoint, token = environment["HCLOUD_ENDPOINT"], token or environment["HCLOUD_TOKEN"]
    return hcloud.Client(token=token, api_endpoint=endpoint, poll_interval=0.05)


def ssh():
    return FirewallRule(direction="in", protocol="tcp", port="22", source_ips=["198.51.100.0/24", "2001:db8:1::/48"])


def by_label(selector):
    selected = FirewallResourceLabelSelector(selector=selector)
    return FirewallResource(type="label_selector", label_selector=selected)


class Lifecycle(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served("action_ms=100"))
        self.cloud = client(self.environment)

    def test_network(self):
        subnet = NetworkSubnet(ip_range="10.0.1.0/24", type="cloud", network_zone="eu-central")
        network = self.cloud.networks.create("n", "10.0.0.0/16", subnets=[subnet], labels={"k8s": "a"})
        self.assertEqual(network.subnets[0].gateway, "10.0.0.1")
        network.add_subnet(NetworkSubnet(ip_range="10.0.2.0/24", type="cloud", network_zone="us-east")).wait_until_finished()
        network.add_route(NetworkRoute(destination="10.100.0.0/24", gateway="10.0.1.7")).wait_until_finished()
        network.reload()
        self.assertEqual([subnet.ip_range for subnet in network.subnets], ["10.0.1.0/24", "10.0.2.0/24"])
        self.assertEqual(network.routes[0].gateway, "10.0.1.7")
        network.delete_route(network.routes[0]).wait_until_finished()
        network.delete_subnet(network.subnets[1]).wait_until_finished()
        network.change_protection(delete=True).wait_until_finished()
        with self.assertRaises(hcloud.APIException) as refused:
            network.delete()
        self.assertEqual(refused.exception.code, "protected")
        network.change_protection(delete=False).wait_until_finished()
        self.assertEqual(self.cloud.networks.get_all(label_selector="k8s==a")[0].id, network.id)
        self.assertEqual(network.update(name="m", labels={}).name, "m")
        self.assertTrue(network.delete())
        self.assertEqual(self.cloud.networks.get_all(), [])

    def test_firewall(self):
        made = self.cloud.firewalls.create("f", rules=[ssh()], resources=[by_label("k8s==a")])
        for action in made.actions:
            action.wait_until_finished()
        firewall = made.firewall
        self.assertEqual(firewall.rules[0].source_ips, ["198.51.100.0/24", "2001:db8:1::/48"])
        self.assertEqual(firewall.applied_to[0].label_selector.selector, "k8s==a")
        for action in firewall.set_rules([]):
            action.wait_until_finished()
        firewall.reload()
        self.assertEqual(firewall.rules, [])
        with self.assertRaises(hcloud.APIException) as refused:
            firewall.delete()
        self.assertEqual(refused.exception.code, "resource_in_use")
        for action in firewall.remove_from_resources([by_label("k8s==a")]):
            action.wait_until_finished()
        self.assertTrue(firewall.delete())

    def test_server_in_a_network_with_both_families(self):
        subnet = NetworkSubnet(ip_range="10.0.1.0/24", type="cloud", network_zone="eu-central")
        network = self.cloud.networks.create("n", "10.0.0.0/16", subnets=[subnet])
        firewall = self.cloud.firewalls.create("f", rules=[ssh()], resources=[by_label("k8s==a")]).firewall
        made = self.cloud.servers.create(
            "s",
            server_type=ServerType(name="cx23"),
            image=Image(name="debian-13"),
            location=Location(name="nbg1"),
            labels={"k8s": "a"},
        )
        made.action.wait_until_finished()
        server = made.server
        server.attach_to_network(network, ip="10.0.1.9").wait_until_finished()
        server.reload()
        self.assertEqual(server.status, "running")
        self.assertEqual(server.private_net[0].ip, "10.0.1.9")
        self.assertTrue(server.public_net.ipv6.network.endswith("::"))
        self.assertEqual(server.public_net.firewalls[0].firewall.id, firewall.id)
        member = network.get_member_all()[0]
        self.assertEqual((member.ip, member.status), ("10.0.1.9", "ok"))
        server.detach_from_network(network).wait_until_finished()
        server.delete().wait_until_finished()
        self.assertIsNone(self.cloud.servers.get_by_name("s"))

    def test_primary_ip(self):
        made = self.cloud.primary_ips.create(name="six", type="ipv6", location=Location(name="fsn1"))
        ip = made.primary_ip
        self.assertEqual(ip.assignee_type, "unassigned")
        server = self.cloud.servers.create("s", server_type=ServerType(name="cx23"), image=Image(name="debian-13")).server
        ip.assign(assignee_id=server.id, assignee_type="server").wait_until_finished()
        with self.assertRaises(hcloud.APIException) as refused:
            ip.delete()
        self.assertEqual(refused.exception.code, "must_be_unassigned")
        ip.unassign().wait_until_finished()
        self.assertTrue(ip.delete())

    def test_pages(self):
        for number in range(50):
            self.cloud.firewalls.create(f"f{number}")
        self.assertEqual(len(self.cloud.firewalls.get_all()), 50)
        page = self.cloud.firewalls.get_list(page=2)
        self.assertEqual((len(page.firewalls), page.meta.pagination.last_page), (25, 2))
        with self.assertRaises(hcloud.APIException) as refused:
            self.cloud.firewalls.create("one too many")
        self.assertEqual(refused.exception.code, "resource_limit_exceeded")

    def test_errors(self):
        with self.assertRaises(hcloud.APIException) as refused:
            self.cloud.networks.create("n", "2001:db8::/32")
        self.assertEqual(refused.exception.code, "invalid_input")
        self.assertEqual(refused.exception.details["fields"][0]["name"], "ip_range")
        self.assertIsNotNone(refused.exception.correlation_id)
        with self.assertRaises(hcloud.APIException) as refused:
            client(self.environment, token="nobody").networks.get_all()
        self.assertEqual(refused.exception.code, "unauthorized")
        self.assertEqual(self.cloud.locations.get_by_name("sin").network_zone, "ap-southeast")


if __name__ == "__main__":
    unittest.main()
