#!/usr/bin/env python3
"""Holds the mock against kubernetes, the project's own client: every call is made by it, and every reply is read by it.

    python kubernetes_lifecycle.py <the built example "serve_byo">
"""

import contextlib
import json
import subprocess
import sys
import unittest

from kubernetes import client, config
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
            self.assertEqual(internal, ["10.0.6.12", "fd0a:6::12"])
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


if __name__ == "__main__":
    unittest.main()
