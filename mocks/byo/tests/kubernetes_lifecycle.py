#!/usr/bin/env python3
"""Holds the mock against kubernetes, the project's own client: every call is made by it, and every reply is read by it.

    python kubernetes_lifecycle.py <the built example "serve_byo">
"""

import contextlib
import json
import subprocess
import sys
import threading
import unittest

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""


@contextlib.contextmanager
def served(*words):
    process = subprocess.Popen([SERVE, "port=0", *words], stdout=subprocess.PIPE, text=True)
    try:
        environment = {}
        while line := process.stdout.readline().strip():
            name, value = line.removeprefix("export ").split("=", 1)
            environment[name] = value
        yield json.loads(environment["GROUNDWORK_KUBECONFIG"])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def opened(kubeconfig, token=None):
    """The client of a kubeconfig, which it reads itself."""
    if token:
        kubeconfig["users"][0]["user"]["token"] = token
    return config.new_client_from_config_dict(kubeconfig)


class Nodes(unittest.TestCase):
    def test_the_version_is_read(self):
        with served() as kubeconfig:
            version = client.VersionApi(opened(kubeconfig)).get_code()
            self.assertEqual((version.major, version.git_version), ("1", "v1.36.3"))

    def test_a_listing_in_pages_is_the_whole_listing(self):
        with served("nodes=7") as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            names, token, pages = [], None, 0
            while True:
                page = core.list_node(limit=3, _continue=token)
                names += [node.metadata.name for node in page.items]
                pages, token = pages + 1, page.metadata._continue
                if not token:
                    break
                self.assertEqual(page.metadata.remaining_item_count, 7 - len(names))
            self.assertEqual(pages, 3)
            self.assertEqual(names, [node.metadata.name for node in core.list_node().items])

    def test_a_node_is_read_with_its_addresses_and_ranges(self):
        with served() as kubeconfig:
            node = client.CoreV1Api(opened(kubeconfig)).read_node("worker-1")
            internal = [one.address for one in node.status.addresses if one.type == "InternalIP"]
            self.assertEqual(internal, ["10.0.6.12", "fd0a:6::c"])
            self.assertEqual(node.spec.pod_cidrs, ["172.25.1.0/24", "fd01:0:0:1::/64"])

    def test_refusals_are_a_status(self):
        cases = [("mock-token-of-nobody", 403, "Forbidden"), ("another", 401, "Unauthorized")]
        for token, status, reason in cases:
            with served() as kubeconfig:
                core = client.CoreV1Api(opened(kubeconfig, token))
                with self.assertRaises(ApiException) as refused:
                    core.list_node()
                self.assertEqual(refused.exception.status, status)
                self.assertEqual(json.loads(refused.exception.body)["reason"], reason)

    def test_a_continuation_that_is_too_old_is_gone_and_says_how_it_goes_on(self):
        with served("nodes=3", "history_ms=0") as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            token = core.list_node(limit=1).metadata._continue
            with self.assertRaises(ApiException) as gone:
                while True:
                    core.list_node(limit=1, _continue=token)
            self.assertEqual(gone.exception.status, 410)
            body = json.loads(gone.exception.body)
            self.assertEqual((body["kind"], body["reason"]), ("Status", "Expired"))
            self.assertTrue(body["metadata"]["continue"])


def namespace(name, labels=None):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}}


class Watches(unittest.TestCase):
    """The client's own watch, as every controller in Python has it."""

    def test_what_changes_after_a_listing_is_told_in_its_order(self):
        with served() as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            version = core.list_namespace().metadata.resource_version
            made = core.create_namespace(namespace("one"))
            self.assertGreater(int(made.metadata.resource_version), int(version))
            made.metadata.labels = {"changed": "yes"}
            core.replace_namespace("one", made)
            core.delete_namespace("one")
            told = watch.Watch()
            events = told.stream(core.list_namespace, resource_version=version, timeout_seconds=1)
            told = [(event["type"], event["object"].metadata.name) for event in events]
            self.assertEqual(told, [("ADDED", "one"), ("MODIFIED", "one"), ("DELETED", "one")])

    def test_what_changes_while_it_is_open_is_told_at_once(self):
        with served() as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            version = core.list_namespace().metadata.resource_version
            told = watch.Watch()
            maker = threading.Timer(0.3, core.create_namespace, [namespace("late")])
            maker.start()
            for event in told.stream(core.list_namespace, resource_version=version, timeout_seconds=60):
                self.assertEqual((event["type"], event["object"].metadata.name), ("ADDED", "late"))
                told.stop()
            maker.join()

    def test_without_a_version_what_exists_comes_first(self):
        with served("nodes=3") as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            events = watch.Watch().stream(core.list_node, timeout_seconds=1)
            told = [(event["type"], event["object"].metadata.name) for event in events]
            self.assertEqual(told, [("ADDED", f"worker-{nth}") for nth in range(3)])

    def test_a_version_that_is_too_old_is_an_event(self):
        with served("history_ms=0") as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            version = core.list_namespace().metadata.resource_version
            core.create_namespace(namespace("one"))
            core.list_namespace()
            with self.assertRaises(ApiException) as gone:
                # The client begins again by itself, once; then it tells.
                list(watch.Watch().stream(core.list_namespace, resource_version=version, timeout_seconds=1))
            self.assertEqual(gone.exception.status, 410)

    def test_a_selector_is_kept_to(self):
        with served() as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            version = core.list_namespace().metadata.resource_version
            made = core.create_namespace(namespace("one", {"mine": "yes"}))
            core.create_namespace(namespace("two"))
            made.metadata.labels = {}
            core.replace_namespace("one", made)
            events = watch.Watch().stream(
                core.list_namespace, resource_version=version, label_selector="mine=yes", timeout_seconds=1
            )
            told = [(event["type"], event["object"].metadata.name) for event in events]
            self.assertEqual(told, [("ADDED", "one"), ("DELETED", "one")])

    def test_a_bookmark_comes_before_the_end(self):
        with served() as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            version = core.list_namespace().metadata.resource_version
            reply = core.list_namespace(
                watch=True, resource_version=version, timeout_seconds=3, allow_watch_bookmarks=True,
                _preload_content=False,
            )
            lines = [json.loads(line) for line in reply.data.splitlines()]
            self.assertEqual([line["type"] for line in lines], ["BOOKMARK"])
            self.assertEqual(lines[0]["object"]["metadata"]["resourceVersion"], version)

    def test_an_object_that_has_changed_since_is_not_replaced(self):
        with served() as kubeconfig:
            core = client.CoreV1Api(opened(kubeconfig))
            made = core.create_namespace(namespace("one"))
            core.replace_namespace("one", namespace("one", {"other": "yes"}))
            with self.assertRaises(ApiException) as refused:
                core.replace_namespace("one", made)
            self.assertEqual(json.loads(refused.exception.body)["reason"], "Conflict")


class Metadata(unittest.TestCase):
    def test_metadata_alone_are_a_list_of_their_own_kind(self):
        with served("nodes=1") as kubeconfig:
            api = opened(kubeconfig)
            token = api.configuration.auth_settings()["BearerToken"]["value"]

            def nodes(accept):
                url = f"{api.configuration.host}/api/v1/nodes"
                reply = api.call_api("GET", url, {"Accept": accept, "authorization": token})
                reply.read()
                return reply.status, json.loads(reply.data)

            status, body = nodes("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
            self.assertEqual((status, body["kind"]), (200, "PartialObjectMetadataList"))
            self.assertEqual(set(body["items"][0]), {"kind", "apiVersion", "metadata"})
            status, body = nodes("application/json;as=Nothing;g=meta.k8s.io;v=v1")
            self.assertEqual((status, body["reason"]), (406, "NotAcceptable"))


if __name__ == "__main__":
    unittest.main()
