#!/usr/bin/env python3
"""Holds the mock against pyvmomi, the vendor's own client: every call is made by it, and every reply is read by it.

    python pyvmomi_lifecycle.py <the built example "serve_vsphere">
"""

import contextlib
import subprocess
import sys
import time
import unittest
from urllib.parse import urlsplit

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

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


def enter(environment):
    at = urlsplit(environment["GOVC_URL"])
    user, password = environment["GOVC_USERNAME"], environment["GOVC_PASSWORD"]
    return SmartConnect(protocol="http", host=at.hostname, port=at.port, user=user, pwd=password)


def waited(task):
    seen = [task.info.state]
    while seen[-1] not in (vim.TaskInfo.State.success, vim.TaskInfo.State.error):
        time.sleep(0.02)
        seen.append(task.info.state)
    return seen, task.info


class Lifecycle(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.environment = stack.enter_context(served("task_ms=200"))
        self.instance = enter(self.environment)
        self.content = self.instance.content

    def at(self, path):
        return self.content.searchIndex.FindByInventoryPath(path)

    def test_what_the_vcenter_says_of_itself(self):
        about = self.content.about
        self.assertEqual(("VirtualCenter", "9.1.0.0"), (about.apiType, about.apiVersion))
        self.assertEqual(2026, self.instance.CurrentTime().year)
        self.assertEqual(["dc-1"], [child.name for child in self.content.rootFolder.childEntity])
        self.assertEqual(self.environment["GOVC_USERNAME"], self.content.sessionManager.currentSession.userName)

    def test_a_folder_from_its_beginning_to_its_end(self):
        room = self.at("dc-1/vm")
        folder = room.CreateFolder("ours/1")
        self.assertEqual(("ours%2f1", room), (folder.name, folder.parent))
        self.assertEqual(folder, self.at("dc-1/vm/ours%2f1"))
        with self.assertRaises(vim.fault.DuplicateName) as caught:
            room.CreateFolder("OURS/1")
        self.assertEqual(folder, caught.exception.object)
        with self.assertRaises(vim.fault.InvalidName):
            room.CreateFolder("x" * 81)
        _, info = waited(folder.Rename_Task("theirs"))
        self.assertEqual((vim.TaskInfo.State.success, "theirs"), (info.state, folder.name))
        seen, info = waited(folder.Destroy_Task())
        self.assertIn(vim.TaskInfo.State.running, seen)
        self.assertIsNone(info.error)
        with self.assertRaises(vmodl.fault.ManagedObjectNotFound):
            folder.name

    def test_a_task_that_fails_says_why(self):
        room = self.at("dc-1/vm")
        folder, taken = room.CreateFolder("a"), room.CreateFolder("b")
        _, info = waited(folder.Rename_Task("b"))
        self.assertIsInstance(info.error, vim.fault.DuplicateName)
        self.assertEqual(taken, info.error.object)
        with self.assertRaises(vmodl.fault.NotSupported):
            room.Destroy_Task()

    def test_custom_attributes(self):
        fields = self.content.customFieldsManager
        field = fields.AddCustomFieldDef("owner", vim.Folder)
        self.assertEqual([("owner", vim.Folder)], [(one.name, one.managedObjectType) for one in fields.field])
        folder = self.at("dc-1/vm").CreateFolder("a")
        folder.SetCustomValue("owner", "us & <them>")
        self.assertEqual([(field.key, "us & <them>")], [(one.key, one.value) for one in folder.customValue])
        self.assertEqual(["owner"], [one.name for one in folder.availableField])
        fields.SetField(folder, field.key, "")
        self.assertEqual(0, len(folder.customValue))
        fields.RemoveCustomFieldDef(field.key)
        self.assertEqual(0, len(fields.field))

    def retrieve(self, kind, paths, most):
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [kind], True)
        collector = vmodl.query.PropertyCollector
        through = collector.TraversalSpec(name="view", path="view", skip=False, type=vim.view.ContainerView)
        objects = [collector.ObjectSpec(obj=view, skip=True, selectSet=[through])]
        wanted = [collector.PropertySpec(type=kind, pathSet=paths, all=False)]
        options = collector.RetrieveOptions(maxObjects=most)
        service = self.content.propertyCollector
        page = service.RetrievePropertiesEx([collector.FilterSpec(propSet=wanted, objectSet=objects)], options)
        pages = []
        while page:
            pages.append(page.objects)
            page = service.ContinueRetrievePropertiesEx(page.token) if page.token else None
        view.DestroyView()
        return pages

    def test_pages_of_networks_of_every_kind(self):
        pages = self.retrieve(vim.Network, ["name", "summary"], 2)
        self.assertEqual([2, 2, 1], [len(page) for page in pages])
        kinds = sorted(type(one.obj).__name__.split(".")[-1] for page in pages for one in page)
        self.assertEqual(["DistributedVirtualPortgroup"] * 3 + ["Network", "OpaqueNetwork"], kinds)
        groups = [group for group in self.at("dc-1").network if isinstance(group, vim.dvs.DistributedVirtualPortgroup)]
        self.assertEqual([True], [group.config.uplink for group in groups if group.config.uplink])
        segment = self.at("dc-1/network/segment-web")
        self.assertEqual(("nsx", "/infra/segments/web"), (segment.config.backingType, segment.config.segmentId))
        with self.assertRaises(vmodl.query.InvalidProperty):
            self.retrieve(vim.Network, ["nonsense"], 1)

    def test_the_rest_of_the_inventory(self):
        datacenter, cluster = self.at("dc-1"), self.at("dc-1/host/cluster-1")
        self.assertEqual(["datastore-1", "datastore-2"], [store.name for store in datacenter.datastore])
        self.assertEqual("pod-1", self.at("dc-1/datastore/pod-1").summary.name)
        self.assertEqual(["pool-1"], [pool.name for pool in cluster.resourcePool.resourcePool])
        self.assertTrue(all(host.config.network.ipV6Enabled for host in cluster.host))
        template = self.at("dc-1/vm/debian-13")
        self.assertEqual((True, "poweredOff"), (template.config.template, template.runtime.powerState))
        self.assertEqual(["VM Network"], [network.name for network in template.network])
        self.assertEqual(0, len(template.guest.net))
        self.assertEqual(0, len(self.content.ipPoolManager.QueryIpPools(datacenter)))

    def test_privileges(self):
        key = self.content.sessionManager.currentSession.key
        manager = self.content.authorizationManager
        told = manager.HasPrivilegeOnEntities([self.at("dc-1/vm")], key, ["Folder.Create", "Folder.Delete"])
        self.assertEqual([True, True], [one.isGranted for one in told[0].privAvailability])
        name = self.environment["GOVC_USERNAME"]
        told = manager.FetchUserPrivilegeOnEntities([self.at("dc-1/vm")], name)
        self.assertIn("Folder.Create", told[0].privileges)

    def test_who_has_left_is_told_so(self):
        folder = self.at("dc-1/vm")
        Disconnect(self.instance)
        with self.assertRaises(vim.fault.NotAuthenticated):
            folder.name
        wrong = dict(self.environment, GOVC_PASSWORD="wrong")
        with self.assertRaises(vim.fault.InvalidLogin):
            enter(wrong)

    def test_a_session_ends_by_itself(self):
        with served("session_s=1") as environment:
            instance = enter(environment)
            time.sleep(1.2)
            with self.assertRaises(vim.fault.NotAuthenticated):
                instance.CurrentTime()


if __name__ == "__main__":
    unittest.main()
