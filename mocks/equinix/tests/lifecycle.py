"""What every client of the Metal API does on the mock: each call is made by it, and each reply is read by it."""

import contextlib
import ipaddress
import subprocess
import sys
import time
import unittest

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


class Cloud:
    """The APIs of one client."""

    def __init__(self, metal, environment, token=None):
        host = environment["EQUINIX_API_ENDPOINT"] + "/metal/v1"
        configuration = metal.Configuration(host=host, api_key={"x_auth_token": token or environment["METAL_AUTH_TOKEN"]})
        client = metal.ApiClient(configuration)
        self.project = environment["METAL_PROJECT_ID"]
        self.devices = metal.DevicesApi(client)
        self.ips = metal.IPAddressesApi(client)
        self.metros = metal.MetrosApi(client)
        self.projects = metal.ProjectsApi(client)
        self.vlans = metal.VLANsApi(client)


class Lifecycle:
    """The life of a project. Which client, a subclass says."""

    metal = None

    def metro(self, code):
        """A metro as the body of a device has it."""
        raise NotImplementedError

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served("provisioning_ms=100"))
        self.cloud = Cloud(self.metal, self.environment)

    def device(self, project, **more):
        asked = self.metal.DeviceCreateInMetroInput(metro=self.metro("da"), plan="c3.small.x86", operating_system="ubuntu_24_04", **more)
        return self.cloud.devices.create_device(project, self.metal.CreateDeviceRequest(asked))

    def vlan(self, project, **asked):
        return self.cloud.vlans.create_virtual_network(project, self.metal.VirtualNetworkCreateInput(**asked))

    def reserve(self, **asked):
        asked = self.metal.IPReservationRequestInput(**asked)
        made = self.cloud.ips.request_ip_reservation(self.cloud.project, self.metal.RequestIPReservationRequest(asked))
        return made.actual_instance

    def refused(self, status, call, *words):
        with self.assertRaises(self.metal.ApiException) as refused:
            call(*words)
        self.assertEqual(refused.exception.status, status, refused.exception.body)
        return refused.exception.body

    def test_metros(self):
        metros = self.cloud.metros.find_metros().metros
        self.assertEqual(sorted(metro.code for metro in metros), ["am", "da", "ny", "sg"])
        self.assertEqual(self.cloud.metros.get_metro(metros[0].id).name, metros[0].name)

    def test_a_project_with_a_server_in_both_families(self):
        made = self.cloud.projects.create_project(self.metal.ProjectCreateFromRootInput(name="p"))
        self.assertEqual(self.cloud.ips.find_ip_reservations(made.id).ip_addresses, [])
        device = self.device(made.id, hostname="node-1")
        self.assertEqual(device.state, "queued")
        blocks = self.cloud.ips.find_ip_reservations(made.id, types=["public_ipv6"]).ip_addresses
        (block,) = [block.actual_instance for block in blocks]
        self.assertEqual((block.cidr, block.management, block.metro.code, block.state), (56, True, "da", "created"))
        six = [one for one in device.ip_addresses if one.address_family == 6]
        self.assertIn(ipaddress.ip_address(six[0].address), ipaddress.ip_network(f"{block.network}/{block.cidr}"))
        whole = self.cloud.ips.find_ip_address_by_id(block.id, include=["project"]).actual_instance
        self.assertEqual((whole.project.name, len(whole.assignments)), ("p", 1))
        deadline = time.monotonic() + 30
        while self.cloud.devices.find_device_by_id(device.id).state != "active":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertIn("devices", self.refused(422, self.cloud.projects.delete_project, made.id))
        self.cloud.devices.delete_device(device.id)
        # The block stays when the last server goes.
        self.assertEqual(len(self.cloud.ips.find_ip_reservations(made.id, types=["public_ipv6"]).ip_addresses), 1)
        self.cloud.projects.delete_project(made.id)
        self.refused(404, self.cloud.projects.find_project_by_id, made.id)
        self.refused(404, self.cloud.ips.find_ip_address_by_id, block.id)

    def test_vlans(self):
        project = self.cloud.project
        first = self.vlan(project, metro="da", description="nodes", tags=["k8s"])
        self.assertEqual((first.vxlan, first.metro_code), (1000, "da"))
        self.assertEqual(self.vlan(project, metro="da").vxlan, 1001)
        self.assertEqual(self.vlan(project, metro="am", vxlan=1000).vxlan, 1000)
        body = self.refused(422, lambda: self.vlan(project, metro="da", vxlan=1000))
        self.assertIn("already in use", body)
        self.refused(422, lambda: self.vlan(project, metro="da", vxlan=4000))
        self.refused(422, lambda: self.vlan(project, metro="xx"))
        self.assertIn("metro is missing", self.refused(422, lambda: self.vlan(project)))
        self.assertEqual(len(self.cloud.vlans.find_virtual_networks(project).virtual_networks), 3)
        here = self.cloud.vlans.find_virtual_networks(project, metro="am").virtual_networks
        self.assertEqual([vlan.metro_code for vlan in here], ["am"])
        self.assertEqual(self.cloud.vlans.get_virtual_network(first.id).tags, ["k8s"])
        self.cloud.vlans.delete_virtual_network(first.id)
        self.refused(404, self.cloud.vlans.get_virtual_network, first.id)

    def test_addresses(self):
        block = self.reserve(type="public_ipv4", quantity=4, metro="ny", tags=["lb"])
        self.assertEqual((block.cidr, block.state, block.tags), (30, "created", ["lb"]))
        self.assertEqual(self.reserve(type="global_ipv4", quantity=1).metro, None)
        self.assertEqual(self.reserve(type="public_ipv4", quantity=256, metro="da").state, "pending")
        self.refused(422, lambda: self.reserve(type="public_ipv4", quantity=256, metro="da", fail_on_approval_required=True))
        self.refused(422, lambda: self.reserve(type="public_ipv4", quantity=3, metro="da"))
        self.cloud.ips.delete_ip_address(block.id)
        self.assertEqual(len(self.cloud.ips.find_ip_reservations(self.cloud.project).ip_addresses), 2)

    def test_management_blocks_stay(self):
        self.device(self.cloud.project)
        blocks = self.cloud.ips.find_ip_reservations(self.cloud.project, types=["public_ipv6"]).ip_addresses
        self.refused(422, self.cloud.ips.delete_ip_address, blocks[0].actual_instance.id)

    def test_pages(self):
        for number in range(12):
            self.cloud.projects.create_project(self.metal.ProjectCreateFromRootInput(name=f"p{number}"))
        first = self.cloud.projects.find_projects()
        self.assertEqual((len(first.projects), first.meta.total, first.meta.last_page), (10, 13, 2))
        self.assertIn("page=2", first.meta.next.href)
        second = self.cloud.projects.find_projects(page=2)
        self.assertEqual((len(second.projects), second.meta.next), (3, None))

    def test_who_asks(self):
        nobody = Cloud(self.metal, self.environment, "nobody")
        self.assertIn("Invalid authentication token", self.refused(401, nobody.metros.find_metros))
