#!/usr/bin/env python3
"""Writes tests/shapes.json: the methods that the mock serves, and their schemas, from the models of Azure's own clients.

    pip install azure-mgmt-network==33.1.0 azure-mgmt-resource==26.0.0
    python mocks/azure/tools/extract_shapes.py

The clients are Microsoft's (MIT), and are made from Azure's specification. Kept is what a request and a reply have to look like, as JSON
Schema: texts are left out, members that are not described are refused. The models do not say which members are required.
"""

import datetime
import enum
import json
import pathlib
import re
import sys
import typing

from azure.mgmt.network import models as network
from azure.mgmt.network.operations import _operations as of_network
from azure.mgmt.resource.resources import models as resources
from azure.mgmt.resource.resources.operations import _operations as of_resources

# By the path of one resource below its resource group: its model, and the group of operations in the client.
NETWORK = {
    "loadBalancers/{}": ("LoadBalancer", "load_balancers"),
    "natGateways/{}": ("NatGateway", "nat_gateways"),
    "networkInterfaces/{}": ("NetworkInterface", "network_interfaces"),
    "networkSecurityGroups/{}": ("NetworkSecurityGroup", "network_security_groups"),
    "networkSecurityGroups/{}/securityRules/{}": ("SecurityRule", "security_rules"),
    "publicIPAddresses/{}": ("PublicIPAddress", "public_ip_addresses"),
    "publicIPPrefixes/{}": ("PublicIPPrefix", "public_ip_prefixes"),
    "routeTables/{}": ("RouteTable", "route_tables"),
    "routeTables/{}/routes/{}": ("Route", "routes"),
    "virtualNetworks/{}": ("VirtualNetwork", "virtual_networks"),
    "virtualNetworks/{}/subnets/{}": ("Subnet", "subnets"),
    "virtualNetworks/{}/virtualNetworkPeerings/{}": ("VirtualNetworkPeering", "virtual_network_peerings"),
}
# What no client describes: Resource Manager's own answers about what is under way.
STATUS = {
    "type": "object", "additionalProperties": False,
    "properties": {"status": {"enum": ["Canceled", "Failed", "InProgress", "Succeeded"]}, "error": {"type": "object", "additionalProperties": {}}},
}
schemas, methods = {}, {}


def schema(hint):
    """As JSON Schema, closed where members are described."""
    arguments = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is typing.Union:
        words = [one for one in arguments if isinstance(one, type) and issubclass(one, enum.Enum)]
        return {"enum": [one.value for one in words[0]]} if words else schema(arguments[0])
    if typing.get_origin(hint) is list:
        return {"type": "array", "items": schema(arguments[0])}
    if typing.get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": schema(arguments[1])}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [one.value for one in hint]}
    plain = {bool: "boolean", int: "integer", str: "string", float: "number", datetime.datetime: "string"}
    if hint in plain:
        return {"type": plain[hint]}
    if isinstance(hint, type) and hint.__module__.startswith("azure."):
        return model(hint)
    return {}


def model(cls):
    package = sys.modules[cls.__module__.rpartition(".")[0]]
    name = cls.__name__ if package is network else f"Resources.{cls.__name__}"
    if name not in schemas:
        schemas[name] = None
        hints = typing.get_type_hints(cls, {**vars(package), "_models": package})
        fields = cls()._attr_to_rest_field.items()
        properties = {field._rest_name: schema(hints[attribute]) for attribute, field in fields}
        schemas[name] = {"type": "object", "properties": dict(sorted(properties.items())), "additionalProperties": False}
    return {"$ref": f"#/schemas/{name}"}


def all_of(one):
    return {
        "type": "object", "additionalProperties": False,
        "properties": {"value": {"type": "array", "items": one}, "nextLink": {"type": "string"}},
    }


def method(package, name, request=None, reply=None):
    """A request as the client builds it: method, path behind the subscription, and parameters."""
    text = pathlib.Path(package.__file__).read_text()
    built = re.search(rf"^def build_{name}_request\((.*?)^(?:def|class) ", text, re.M | re.S)
    if not built:
        return
    verb = re.search(r'method="(\w+)"', built[1])[1]
    path = re.search(r'_url = \(?\s*((?:"[^"]*"\s*)+)', built[1])[1]
    path = "".join(re.findall(r'"([^"]*)"', path)).split("/", 3)[3]
    parameters = sorted(re.findall(r'_params\["(\S+?)"\]', built[1]))
    line = f"{verb} {re.sub(r'{[^}]*}', '{}', path)}"
    methods[line] = {"parameters": parameters, "request": request or {}, "reply": reply or {}}


for name, group in NETWORK.values():
    one = model(getattr(network, name))
    method(of_network, f"{group}_create_or_update", one, one)
    method(of_network, f"{group}_get", None, one)
    method(of_network, f"{group}_delete")
    method(of_network, f"{group}_update_tags", model(network.TagsObject), one)
    method(of_network, f"{group}_list", None, all_of(one))
    method(of_network, f"{group}_list_all", None, all_of(one))
method(of_network, "usages_list", None, all_of(model(network.Usage)))
group = model(resources.ResourceGroup)
method(of_resources, "resource_groups_create_or_update", group, group)
method(of_resources, "resource_groups_check_existence")
method(of_resources, "resource_groups_get", None, group)
method(of_resources, "resource_groups_update", model(resources.ResourceGroupPatchable), group)
method(of_resources, "resource_groups_delete")
method(of_resources, "resource_groups_list", None, all_of(group))
for listing in ("resources_list", "resources_list_by_resource_group"):
    method(of_resources, listing, None, all_of(model(resources.GenericResourceExpanded)))
for name in ("providers_get", "providers_register"):
    method(of_resources, name, model(resources.ProviderRegistrationRequest), model(resources.Provider))
for path, reply in (("operations", STATUS), ("operationResults", {})):
    methods[f"GET providers/Microsoft.Network/locations/{{}}/{path}/{{}}"] = {"parameters": ["api-version", "t", "h"], "request": {}, "reply": reply}
methods["GET operationresults/{}"] = {"parameters": ["api-version", "t", "h"], "request": {}, "reply": {}}
for path in ("", "locations", "providers/Microsoft.Authorization/permissions", "resourceGroups/{}/providers/Microsoft.Authorization/permissions"):
    methods[f"GET {path}"] = {"parameters": ["api-version"], "request": {}, "reply": {}}
shapes = {"methods": dict(sorted(methods.items())), "schemas": dict(sorted(schemas.items()))}
out = pathlib.Path(__file__).parent.parent / "tests" / "shapes.json"
out.write_text(json.dumps(shapes, indent=1) + "\n")
print(len(methods), "methods,", len(schemas), "models,", out.stat().st_size, "bytes")
