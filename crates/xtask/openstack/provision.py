"""Fills a fresh Keystone and Neutron with what the tests start from.

    provision.py identity KEYSTONE_URL NEUTRON_URL
    provision.py network  KEYSTONE_URL NEUTRON_URL

`identity` makes the projects, users, roles and the catalog; `network` makes the external network. Both run against
databases that nothing else has written to, so they only ever create. Standard library only.
"""

import json
import sys
import urllib.request

PASSWORD = "secret"
REGION = "RegionOne"
INTERFACES = ("public", "internal", "admin")


class Api:
    """One endpoint and the token to use there."""

    def __init__(self, base, token=None):
        self.base = base
        self.token = token

    def send(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as reply:
            text = reply.read()
            return (json.loads(text) if text else None), reply.headers

    def post(self, path, key, **fields):
        return self.send("POST", path, {key: fields})[0][key]["id"]


def sign_in(keystone):
    """An administrator's token for the project `admin`."""
    domain = {"id": "default"}
    user = {"name": "admin", "domain": domain, "password": PASSWORD}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": "admin", "domain": domain}}
    _, headers = Api(keystone).send("POST", "/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
    return headers["X-Subject-Token"]


def identity(keystone, neutron):
    api = Api(keystone + "/v3", sign_in(keystone))
    roles = {role["name"]: role["id"] for role in api.send("GET", "/roles")[0]["roles"]}
    for project, user, role in (("service", "neutron", "admin"), ("demo", "demo", "member")):
        project_id = api.post("/projects", "project", name=project, domain_id="default")
        user_id = api.post("/users", "user", name=user, password=PASSWORD, domain_id="default")
        api.send("PUT", f"/projects/{project_id}/users/{user_id}/roles/{roles[role]}")
    services = {"identity": ("keystone", keystone + "/v3"), "network": ("neutron", neutron)}
    present = {service["type"]: service["id"] for service in api.send("GET", "/services")[0]["services"]}
    for kind, (name, url) in services.items():
        service = present.get(kind) or api.post("/services", "service", type=kind, name=name)
        for interface in INTERFACES:
            api.post("/endpoints", "endpoint", service_id=service, interface=interface, region_id=REGION, url=url)


def network(keystone, neutron):
    api = Api(neutron + "/v2.0", sign_in(keystone))
    attributes = {
        "name": "public",
        "router:external": True,
        "provider:network_type": "flat",
        "provider:physical_network": "external",
    }
    external = api.post("/networks", "network", **attributes)
    for version, cidr in ((4, "198.51.100.0/24"), (6, "2001:db8:0:100::/64")):
        name = f"public-v{version}"
        api.post("/subnets", "subnet", network_id=external, name=name, ip_version=version, cidr=cidr, enable_dhcp=False)


if __name__ == "__main__":
    _, part, keystone_url, neutron_url = sys.argv
    {"identity": identity, "network": network}[part](keystone_url, neutron_url)
