#!/usr/bin/env python3
"""Holds the mock against boto3: every call is made by it, and every reply has to be read by it without loss.

    python boto3_lifecycle.py <the built example "serve_aws">

It serves the mock itself, once for each way in which it can behave.
"""

import contextlib
import datetime
import os
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree
from unittest import mock as patches

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SERVE = sys.argv.pop(1) if len(sys.argv) > 1 else ""
IPAM = "ipam-pool-0a1b2c3d4e5f60718"
BYOIP = "ipv6pool-ec2-0a1b2c3d4e5f60718"
# Only what never comes is waited for so long.
PATIENCE_S = 300


@contextlib.contextmanager
def served(*words):
    """A mock of its own: its environment, and its process."""
    process = subprocess.Popen([SERVE, "port=0", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield dict(line.removeprefix("export ").split("=", 1) for line in said(process)), process
    finally:
        process.terminate()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def said(process):
    """The lines up to an empty one."""
    while line := process.stdout.readline():
        if not line.strip():
            return
        yield line.strip()
    raise RuntimeError(f"{SERVE} has ended: {process.wait()}")


def client(environment, service="ec2", key=None, secret=None, token=None, region=None):
    made = boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=region or environment["AWS_REGION"],
        aws_access_key_id=key or environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=token,
        # What is wrong has to be found by the mock, not by the client.
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )
    if service in ("ec2", "sts"):
        made.meta.events.register(f"response-received.{service}", nothing_lost)
    return made


def nothing_lost(response_dict, parsed_response, **_):
    """Every value of the XML has to be in what boto3 made of it."""
    if response_dict is None or response_dict["status_code"] >= 300:
        return
    root = ElementTree.fromstring(response_dict["body"])
    skipped = {"requestId", "RequestId"}
    written = sum(
        1
        for element in root.iter()
        if len(element) == 0 and (element.text or "").strip() and element.tag.rsplit("}", 1)[-1] not in skipped
    )
    parsed = {name: value for name, value in parsed_response.items() if name != "ResponseMetadata"}
    read = sum(1 for value in leaves(parsed) if value != "")
    # A call that returns nothing but success has no structure to read it into.
    if parsed or written != 1:
        assert written == read, f"{written} values were written and {read} read:\n{response_dict['body'].decode()}\n{parsed}"


def leaves(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def tagged(kind, **tags):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def filtered(**filters):
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


class Case(unittest.TestCase):
    words = ("delay_ms=300",)

    @classmethod
    def setUpClass(cls):
        cls.environment, cls.process = cls.enterClassContext(served(*cls.words))
        cls.ec2 = client(cls.environment)

    def refused(self, code, call, *, status=400, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        response = caught.exception.response
        self.assertEqual(response["Error"]["Code"], code, response["Error"]["Message"])
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], status)

    def later(self, milliseconds):
        """Moves the mock's time to so long after its beginning."""
        print(milliseconds, file=self.process.stdin, flush=True)
        self.assertEqual(list(said(self.process)), [])

    def until(self, ask):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = ask()
            if found:
                return found
            time.sleep(0.05)
        self.fail("it never came")

    def vpc(self, **parameters):
        made = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", **parameters)["Vpc"]
        self.addCleanup(self.sweep, made["VpcId"])
        return made["VpcId"]

    def sweep(self, vpc):
        with contextlib.suppress(ClientError):
            for subnet in self.ec2.describe_subnets(Filters=filtered(vpc_id=vpc))["Subnets"]:
                self.ec2.delete_subnet(SubnetId=subnet["SubnetId"])
            self.ec2.delete_vpc(VpcId=vpc)

    def shown(self, vpc):
        return self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]

    def six(self, vpc):
        """The IPv6 block of a VPC, once it is associated."""

        def associated():
            for block in self.shown(vpc)["Ipv6CidrBlockAssociationSet"]:
                if block["Ipv6CidrBlockState"]["State"] == "associated":
                    return block["Ipv6CidrBlock"]
            return None

        return self.until(associated)


def carve(block, number):
    """The n-th /64 of a block that ends on a group boundary of at most a byte."""
    base = block.split("::")[0].split(":")
    while len(base) < 4:
        base.append("0")
    base[3] = f"{int(base[3], 16) + number:x}"
    return ":".join(base) + "::/64"


class Lifecycle(Case):
    def test_a_public_network_from_nothing_to_nothing(self):
        ec2 = self.ec2
        before = self.everything()
        made = ec2.create_vpc(CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock=True, TagSpecifications=tagged("vpc", Name="a & <b>"))["Vpc"]
        vpc = made["VpcId"]
        self.assertEqual(made["State"], "pending")
        self.assertEqual(made["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"]["State"], "associating")
        self.assertNotIn("Ipv6CidrBlock", made["Ipv6CidrBlockAssociationSet"][0])
        self.assertEqual(made["Tags"], [{"Key": "Name", "Value": "a & <b>"}])
        six = self.six(vpc)
        self.assertTrue(six.endswith("/56"))
        ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])

        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.assertTrue(ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"])
        self.assertTrue(ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"])

        zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
        self.assertEqual(len(zones), 3)
        subnets = []
        for number, zone in enumerate(zones):
            subnet = ec2.create_subnet(
                VpcId=vpc,
                AvailabilityZone=zone,
                CidrBlock=f"10.1.{number}.0/24",
                Ipv6CidrBlock=carve(six, number),
                TagSpecifications=tagged("subnet", Name=zone),
            )["Subnet"]
            self.assertEqual(subnet["AvailableIpAddressCount"], 251)
            subnets.append(subnet["SubnetId"])
            ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], AssignIpv6AddressOnCreation={"Value": True})
            ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True})
        ec2.get_waiter("subnet_available").wait(SubnetIds=subnets)
        for subnet in ec2.describe_subnets(SubnetIds=subnets)["Subnets"]:
            self.assertTrue(subnet["AssignIpv6AddressOnCreation"] and subnet["MapPublicIpOnLaunch"])
            self.assertEqual(subnet["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"]["State"], "associated")

        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = ec2.create_route_table(VpcId=vpc, ClientToken="table-1")["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
        associations = [ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"] for subnet in subnets]
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual({route["State"] for route in routes}, {"active"})
        self.assertEqual(len(routes), 4)

        group = ec2.create_security_group(GroupName="nodes", Description="Of the nodes", VpcId=vpc)["GroupId"]
        world = {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
        rules = ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, **world},
                {"IpProtocol": "58", "FromPort": -1, "ToPort": -1, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
                {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]},
            ],
            TagSpecifications=tagged("security-group-rule", owner="us"),
        )["SecurityGroupRules"]
        self.assertEqual(sorted(rule["IpProtocol"] for rule in rules), ["-1", "icmpv6", "tcp", "tcp"])
        found = ec2.describe_security_group_rules(Filters=[{"Name": "tag:owner", "Values": ["us"]}])["SecurityGroupRules"]
        self.assertEqual(len(found), 4)
        shown = ec2.describe_security_groups(Filters=filtered(vpc_id=vpc, group_name="nodes"))["SecurityGroups"][0]
        self.assertEqual(shown["IpPermissionsEgress"][0]["Ipv6Ranges"], [{"CidrIpv6": "::/0"}])
        self.refresh(vpc)

        self.refused("DependencyViolation", ec2.delete_vpc, VpcId=vpc)
        self.refused("DependencyViolation", ec2.delete_internet_gateway, InternetGatewayId=gateway)
        self.refused("DependencyViolation", ec2.delete_route_table, RouteTableId=table)
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rules[0]["SecurityGroupRuleId"]])
        ec2.delete_security_group(GroupId=group)
        for association in associations:
            ec2.disassociate_route_table(AssociationId=association)
        ec2.delete_route_table(RouteTableId=table)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        for subnet in subnets:
            ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)
        self.refused("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=[vpc])
        self.assertEqual(before, self.everything())

    def refresh(self, vpc):
        """What clients ask around a VPC when they look at it again."""
        ec2, of_vpc = self.ec2, filtered(vpc_id=vpc)
        for ask in ("describe_network_acls", "describe_route_tables", "describe_network_interfaces", "describe_vpc_endpoints", "describe_nat_gateways"):
            getattr(ec2, ask)(Filters=of_vpc)
        options = self.shown(vpc)["DhcpOptionsId"]
        self.assertTrue(ec2.describe_dhcp_options(DhcpOptionsIds=[options])["DhcpOptions"][0]["DhcpConfigurations"])
        ec2.describe_route_tables(Filters=[*of_vpc, {"Name": "association.main", "Values": ["true"]}])
        ec2.describe_security_groups(Filters=[*of_vpc, {"Name": "group-name", "Values": ["default"]}])
        ec2.describe_network_acls(Filters=[*of_vpc, {"Name": "default", "Values": ["true"]}])
        ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableNetworkAddressUsageMetrics")
        ec2.describe_vpc_peering_connections(Filters=filtered(**{"requester-vpc-info.vpc-id": vpc}))
        ec2.describe_prefix_lists(Filters=filtered(prefix_list_name="com.amazonaws.eu-central-1.s3"))
        ec2.describe_managed_prefix_lists()
        ec2.describe_account_attributes(AttributeNames=["supported-platforms"])
        ec2.describe_tags(Filters=filtered(resource_id=vpc))
        for ask in ("describe_transit_gateways", "describe_transit_gateway_attachments", "describe_transit_gateway_vpc_attachments",
                    "describe_instances", "describe_vpn_gateways", "describe_carrier_gateways", "describe_flow_logs", "describe_regions",
                    "describe_egress_only_internet_gateways", "describe_addresses", "describe_public_ipv4_pools"):
            getattr(ec2, ask)()

    def everything(self):
        names = {
            "describe_vpcs": "Vpcs", "describe_subnets": "Subnets", "describe_internet_gateways": "InternetGateways",
            "describe_route_tables": "RouteTables", "describe_security_groups": "SecurityGroups", "describe_addresses": "Addresses",
            "describe_network_acls": "NetworkAcls", "describe_security_group_rules": "SecurityGroupRules",
            "describe_network_interfaces": "NetworkInterfaces", "describe_egress_only_internet_gateways": "EgressOnlyInternetGateways",
        }
        return {name: getattr(self.ec2, name)()[member] for name, member in names.items()}

    def test_a_private_network_with_nat(self):
        ec2 = self.ec2
        vpc = self.vpc(AmazonProvidedIpv6CidrBlock=True)
        six = self.six(vpc)
        public = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", Ipv6CidrBlock=carve(six, 0))["Subnet"]["SubnetId"]
        private = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=carve(six, 1))["Subnet"]["SubnetId"]
        ec2.modify_subnet_attribute(SubnetId=private, EnableDns64={"Value": True})
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        egress = ec2.create_egress_only_internet_gateway(VpcId=vpc, ClientToken="egress-1")["EgressOnlyInternetGateway"]
        egress = egress["EgressOnlyInternetGatewayId"]
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", Name="nat"))["AllocationId"]
        ec2.get_waiter("subnet_available").wait(SubnetIds=[public])
        nat = ec2.create_nat_gateway(SubnetId=public, AllocationId=address, ClientToken="nat-1")["NatGateway"]
        self.assertEqual(nat["State"], "pending")
        nat = nat["NatGatewayId"]
        again = ec2.create_nat_gateway(SubnetId=public, AllocationId=address, ClientToken="nat-1")["NatGateway"]["NatGatewayId"]
        self.assertEqual(nat, again)
        self.refused("IdempotentParameterMismatch", ec2.create_nat_gateway, SubnetId=private, AllocationId=address, ClientToken="nat-1")
        ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[nat], WaiterConfig={"Delay": 1})
        bound = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["NatGatewayAddresses"][0]
        self.assertEqual(bound["AllocationId"], address)
        self.assertEqual(ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]["NetworkInterfaceId"], bound["NetworkInterfaceId"])
        self.assertEqual(ec2.describe_addresses_attribute(AllocationIds=[address])["Addresses"][0]["AllocationId"], address)

        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=egress)
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="64:ff9b::/96", NatGatewayId=nat)
        self.refused("InvalidParameterValue", ec2.create_route, RouteTableId=table, DestinationIpv6CidrBlock="2001::/16", NatGatewayId=nat)
        self.refused("RouteAlreadyExists", ec2.create_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=table, SubnetId=private)
        self.refused("AuthFailure", ec2.release_address, AllocationId=address)
        self.refused("DependencyViolation", ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
        self.refused("DependencyViolation", ec2.delete_subnet, SubnetId=public)

        self.assertEqual(ec2.delete_nat_gateway(NatGatewayId=nat)["NatGatewayId"], nat)
        state = lambda: ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"]
        self.until(lambda: state() == "deleted")
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual({route["State"] for route in routes if route.get("NatGatewayId")}, {"blackhole"})
        ec2.release_address(AllocationId=address)
        ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=egress)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        ec2.delete_subnet(SubnetId=private)
        ec2.delete_subnet(SubnetId=public)
        ec2.delete_route_table(RouteTableId=table)
        ec2.delete_vpc(VpcId=vpc)

    def test_a_nat_gateway_without_a_way_out_fails(self):
        ec2 = self.ec2
        vpc = self.vpc()
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.get_waiter("subnet_available").wait(SubnetIds=[subnet])
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
        show = lambda: ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]
        self.until(lambda: show()["State"] == "failed")
        self.assertEqual(show()["FailureCode"], "Gateway.NotAttached")
        ec2.delete_nat_gateway(NatGatewayId=nat)
        self.assertEqual(show()["State"], "failed")
        ec2.release_address(AllocationId=address)

    def test_a_vpc_takes_several_ipv6_ranges(self):
        ec2, vpc = self.ec2, self.vpc()
        for _ in range(5):
            ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
        self.refused("CidrLimitExceeded", ec2.associate_vpc_cidr_block, VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)

    def test_dhcp_options_keys_reservations_and_addresses(self):
        ec2, vpc = self.ec2, self.vpc(TagSpecifications=tagged("vpc", team="dhcp"))
        self.assertEqual([found["VpcId"] for found in ec2.describe_vpcs(Filters=filtered(tag_value="dhcp"))["Vpcs"]], [vpc])
        servers = [{"Key": "domain-name-servers", "Values": ["10.0.0.2", "10.0.0.3"]}]
        options = ec2.create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"]
        ec2.associate_dhcp_options(VpcId=vpc, DhcpOptionsId=options)
        self.refused("DependencyViolation", ec2.delete_dhcp_options, DhcpOptionsId=options)
        ec2.associate_dhcp_options(VpcId=vpc, DhcpOptionsId="default")
        ec2.delete_dhcp_options(DhcpOptionsId=options)
        key = ec2.import_key_pair(KeyName="k", PublicKeyMaterial=b"ssh-ed25519 AAAA k", TagSpecifications=tagged("key-pair", a="b"))
        shown = ec2.describe_key_pairs(KeyNames=["k"], IncludePublicKey=True)["KeyPairs"][0]
        self.assertEqual((shown["KeyPairId"], shown["PublicKey"]), (key["KeyPairId"], "ssh-ed25519 AAAA k"))
        ec2.delete_key_pair(KeyName="k")
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        kept = ec2.create_subnet_cidr_reservation(SubnetId=subnet, Cidr="10.0.0.16/28", ReservationType="prefix")["SubnetCidrReservation"]
        self.assertEqual(ec2.get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv4CidrReservations"], [kept])
        ec2.delete_subnet_cidr_reservation(SubnetCidrReservationId=kept["SubnetCidrReservationId"])
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        bound = ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)["AssociationId"]
        shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
        self.assertEqual(shown["Association"]["AssociationId"], bound)
        ec2.disassociate_address(AssociationId=bound)
        ec2.release_address(AllocationId=address)

    def test_ipv6_comes_to_a_network_that_has_none(self):
        ec2 = self.ec2
        vpc = self.vpc()
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        self.refused("InvalidParameterValue", ec2.modify_subnet_attribute, SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
        association = ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]
        self.assertNotIn("Ipv6CidrBlock", association)
        six = self.six(vpc)
        first = ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=carve(six, 0))["Ipv6CidrBlockAssociation"]
        self.assertEqual(first["Ipv6CidrBlockState"]["State"], "associating")
        self.refused("InvalidSubnet.Conflict", ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=carve(six, 0))
        self.refused("InvalidCidrBlock.InUse", ec2.disassociate_vpc_cidr_block, AssociationId=association["AssociationId"])
        gone = ec2.disassociate_subnet_cidr_block(AssociationId=first["AssociationId"])["Ipv6CidrBlockAssociation"]
        self.assertEqual(gone["Ipv6CidrBlockState"]["State"], "disassociating")
        ec2.disassociate_vpc_cidr_block(AssociationId=association["AssociationId"])
        state = lambda: self.shown(vpc)["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"]["State"]
        self.until(lambda: state() == "disassociated")

    def test_ipv6_from_an_ipam_pool(self):
        ec2 = self.ec2
        self.assertEqual(ec2.describe_ipam_pools(IpamPoolIds=[IPAM])["IpamPools"][0]["AddressFamily"], "ipv6")
        vpc = self.vpc(Ipv6IpamPoolId=IPAM, Ipv6NetmaskLength=52)
        self.assertEqual(self.six(vpc), "2600:db8:a000::/52")
        self.assertEqual(self.shown(vpc)["Ipv6CidrBlockAssociationSet"][0]["Ipv6Pool"], "IPAM Managed")
        pinned = self.vpc(Ipv6IpamPoolId=IPAM, Ipv6CidrBlock="2600:db8:a000:f000::/56")
        self.assertEqual(self.six(pinned), "2600:db8:a000:f000::/56")
        create = lambda **six: ec2.create_vpc(CidrBlock="10.9.0.0/16", **six)
        self.refused("InvalidParameterValue", create, Ipv6IpamPoolId=IPAM, Ipv6CidrBlock="2600:db8:a000::/56")
        self.refused("InvalidParameterValue", create, Ipv6IpamPoolId=IPAM, Ipv6CidrBlock="2600:db8:c000::/56")
        self.refused("InvalidParameterCombination", create, Ipv6IpamPoolId=IPAM, AmazonProvidedIpv6CidrBlock=True)
        self.refused("MissingParameter", create, Ipv6IpamPoolId=IPAM)
        self.refused("InvalidIpamPoolId.NotFound", create, Ipv6IpamPoolId="ipam-pool-00000000000000000", Ipv6NetmaskLength=56)

    def test_ipv6_that_was_brought_along(self):
        ec2 = self.ec2
        self.assertEqual(ec2.describe_ipv6_pools(PoolIds=[BYOIP])["Ipv6Pools"][0]["PoolCidrBlocks"][0]["Cidr"], "2600:db8:b000::/48")
        vpc = self.vpc(Ipv6Pool=BYOIP, Ipv6CidrBlock="2600:db8:b000:100::/56")
        self.assertEqual(self.six(vpc), "2600:db8:b000:100::/56")
        shown = self.shown(vpc)["Ipv6CidrBlockAssociationSet"][0]
        self.assertEqual((shown["Ipv6Pool"], shown["IpSource"]), (BYOIP, "byoip"))
        used = ec2.get_associated_ipv6_pool_cidrs(PoolId=BYOIP)["Ipv6CidrAssociations"]
        self.assertEqual(used, [{"Ipv6Cidr": "2600:db8:b000:100::/56", "AssociatedResource": vpc}])


class Refusals(Case):
    def test_values_that_cannot_be(self):
        ec2, vpc = self.ec2, self.vpc(AmazonProvidedIpv6CidrBlock=True)
        six = self.six(vpc)
        self.refused("InvalidVpc.Range", ec2.create_vpc, CidrBlock="10.0.0.0/8")
        self.refused("InvalidParameterValue", ec2.create_vpc, CidrBlock="10.0.0.0.0/16")
        self.refused("MissingParameter", ec2.create_vpc)
        subnet = lambda **own: ec2.create_subnet(VpcId=vpc, **{"CidrBlock": "10.0.0.0/24", **own})
        self.refused("InvalidSubnet.Range", subnet, CidrBlock="10.1.0.0/24")
        self.refused("InvalidSubnet.Range", subnet, Ipv6CidrBlock="2001:db8::/64")
        self.refused("InvalidParameterValue", subnet, Ipv6CidrBlock=six.replace("/56", "/65"))
        self.refused("InvalidParameterValue", subnet, AvailabilityZone="eu-central-1x")
        self.refused("InvalidParameterValue", subnet, AvailabilityZone="eu-central-1-ham-1a")
        made = subnet()["Subnet"]["SubnetId"]
        self.refused("InvalidSubnet.Conflict", subnet, CidrBlock="10.0.0.128/25")
        both = {"AssignIpv6AddressOnCreation": {"Value": True}, "MapPublicIpOnLaunch": {"Value": True}}
        self.refused("InvalidParameterCombination", ec2.modify_subnet_attribute, SubnetId=made, **both)

    def test_what_is_not_there(self):
        ec2 = self.ec2
        none = "0" * 17
        self.refused("InvalidVpcID.NotFound", ec2.delete_vpc, VpcId=f"vpc-{none}")
        self.refused("InvalidVpcID.Malformed", ec2.delete_vpc, VpcId="network")
        self.refused("InvalidSubnetID.NotFound", ec2.delete_subnet, SubnetId=f"subnet-{none}")
        self.refused("InvalidInternetGatewayID.NotFound", ec2.delete_internet_gateway, InternetGatewayId=f"igw-{none}")
        self.refused("InvalidGatewayID.NotFound", ec2.delete_egress_only_internet_gateway, EgressOnlyInternetGatewayId=f"eigw-{none}")
        self.refused("NatGatewayNotFound", ec2.describe_nat_gateways, NatGatewayIds=[f"nat-{none}"])
        self.refused("InvalidAllocationID.NotFound", ec2.release_address, AllocationId=f"eipalloc-{none}")
        self.refused("InvalidRouteTableID.NotFound", ec2.delete_route_table, RouteTableId=f"rtb-{none}")
        self.refused("InvalidAssociationID.NotFound", ec2.disassociate_route_table, AssociationId=f"rtbassoc-{none}")
        self.refused("InvalidGroup.NotFound", ec2.delete_security_group, GroupId=f"sg-{none}")
        self.refused("InvalidSecurityGroupRuleId.NotFound", ec2.describe_security_group_rules, SecurityGroupRuleIds=[f"sgr-{none}"])
        self.refused("InvalidNetworkInterfaceID.NotFound", ec2.describe_network_interfaces, NetworkInterfaceIds=[f"eni-{none}"])
        self.refused("InvalidVpcCidrBlockAssociationID.NotFound", ec2.disassociate_vpc_cidr_block, AssociationId=f"vpc-cidr-assoc-{none}")

    def test_gateways_and_routes(self):
        ec2, vpc = self.ec2, self.vpc()
        one, two = (ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"] for _ in range(2))
        ec2.attach_internet_gateway(InternetGatewayId=one, VpcId=vpc)
        self.refused("Resource.AlreadyAssociated", ec2.attach_internet_gateway, InternetGatewayId=one, VpcId=vpc)
        self.refused("InvalidParameterValue", ec2.attach_internet_gateway, InternetGatewayId=two, VpcId=vpc)
        self.refused("Gateway.NotAttached", ec2.detach_internet_gateway, InternetGatewayId=two, VpcId=vpc)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.refused("InvalidParameterValue", ec2.create_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=two)
        self.refused("InvalidRoute.NotFound", ec2.delete_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
        self.refused("InvalidParameterValue", ec2.replace_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=one)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=one)
        ec2.detach_internet_gateway(InternetGatewayId=one, VpcId=vpc)
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertIn("blackhole", {route["State"] for route in routes})
        ec2.delete_route_table(RouteTableId=table)
        for gateway in (one, two):
            ec2.delete_internet_gateway(InternetGatewayId=gateway)

    def test_security_groups(self):
        ec2, vpc = self.ec2, self.vpc()
        make = lambda name: ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
        group = make("one")
        self.refused("InvalidGroup.Duplicate", make, name="one")
        self.refused("InvalidGroup.Reserved", make, name="default")
        self.refused("InvalidParameterValue", make, name="sg-one")
        ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.1/8"}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ssh])
        self.refused("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[{**ssh, "IpProtocol": "6"}])
        bad = {**ssh, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "2001:db8::1/32"}]}
        self.refused("InvalidParameterValue", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[bad])
        gone = {**ssh, "FromPort": 23, "ToPort": 23}
        self.refused("InvalidPermission.NotFound", ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=[gone])
        other = make("two")
        ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}])
        self.refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
        ec2.delete_security_group(GroupId=other)
        revoked = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[ssh])["RevokedSecurityGroupRules"]
        self.assertEqual(revoked[0]["CidrIpv4"], "10.0.0.0/8")
        many = [{"CidrIp": f"10.0.{number}.0/24"} for number in range(61)]
        self.refused("RulesPerSecurityGroupLimitExceeded", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[{**ssh, "IpRanges": many}])
        self.assertEqual(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"], [])
        ec2.delete_security_group(GroupId=group)
        default = ec2.describe_security_groups(Filters=filtered(vpc_id=vpc))["SecurityGroups"][0]["GroupId"]
        self.refused("CannotDelete", ec2.delete_security_group, GroupId=default)

    def test_tags(self):
        ec2, vpc = self.ec2, self.vpc(TagSpecifications=tagged("vpc", Name="one"))
        self.refused("InvalidParameterValue", ec2.create_tags, Resources=[vpc], Tags=[{"Key": "aws:x", "Value": "y"}])
        many = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
        self.refused("TagLimitExceeded", ec2.create_tags, Resources=[vpc], Tags=many)
        ec2.create_tags(Resources=[vpc], Tags=many[:49])
        self.assertEqual(len(self.shown(vpc)["Tags"]), 50)
        ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "k0", "Value": "other"}, {"Key": "k1"}])
        keys = {tag["Key"] for tag in self.shown(vpc)["Tags"]}
        self.assertTrue("k0" in keys and "k1" not in keys)
        find = lambda *filters: [v["VpcId"] for v in ec2.describe_vpcs(Filters=[{"Name": n, "Values": v} for n, v in filters])["Vpcs"]]
        self.assertEqual(find(("tag:Name", ["o?e"])), [vpc])
        self.assertEqual(find(("tag:Name", ["two"]), ("tag-key", ["k2"])), [])
        wrong = tagged("subnet", Name="x")
        self.refused("InvalidParameterValue", ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=wrong)

    def test_listings(self):
        ec2, vpc = self.ec2, self.vpc()
        for number in range(12):
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")
        of_vpc = filtered(vpc_id=vpc)
        pages = list(ec2.get_paginator("describe_subnets").paginate(Filters=of_vpc, PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["Subnets"]) for page in pages], [5, 5, 2])
        self.refused("InvalidParameterValue", ec2.describe_subnets, MaxResults=4)
        self.refused("InvalidParameterValue", ec2.describe_subnets, MaxResults=1001)
        self.refused("InvalidNextToken", ec2.describe_subnets, NextToken="guessed", MaxResults=5)
        self.refused("InvalidParameterCombination", ec2.describe_vpcs, VpcIds=[vpc], MaxResults=5)
        self.refused("InvalidParameterValue", ec2.describe_vpcs, Filters=filtered(colour="red"))

    def test_quotas(self):
        quotas = client(self.environment, "service-quotas")
        self.assertEqual(quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"], 5.0)
        all_of_vpc = [quota for page in quotas.get_paginator("list_service_quotas").paginate(ServiceCode="vpc", PaginationConfig={"PageSize": 5}) for quota in page["Quotas"]]
        self.assertGreater(len(all_of_vpc), 10)
        with self.assertRaises(quotas.exceptions.NoSuchResourceException):
            quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-00000000")
        there = len(self.ec2.describe_vpcs()["Vpcs"])
        for _ in range(5 - there):
            self.vpc()
        self.refused("VpcLimitExceeded", self.ec2.create_vpc, CidrBlock="10.0.0.0/16")

    def test_other_things_on_the_way(self):
        ec2, vpc, peer = self.ec2, self.vpc(), self.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        self.addCleanup(self.sweep, peer)
        peering = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        active = ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)["VpcPeeringConnection"]
        self.assertEqual(active["Status"]["Code"], "active")
        main = ec2.describe_route_tables(Filters=filtered(vpc_id=vpc))["RouteTables"][0]["RouteTableId"]
        ec2.create_route(RouteTableId=main, DestinationCidrBlock="10.7.0.0/16", VpcPeeringConnectionId=peering)
        ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        interface = ec2.create_network_interface(SubnetId=subnet, Description="of somebody")["NetworkInterface"]["NetworkInterfaceId"]
        shown = ec2.describe_network_interfaces(Filters=filtered(subnet_id=subnet))["NetworkInterfaces"][0]
        self.assertEqual((shown["NetworkInterfaceId"], shown["Description"]), (interface, "of somebody"))
        self.assertEqual(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"], 250)
        self.refused("DependencyViolation", ec2.delete_subnet, SubnetId=subnet)
        ec2.delete_network_interface(NetworkInterfaceId=interface)
        endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-central-1.s3", RouteTableIds=[main])["VpcEndpoint"]
        self.refused("DependencyViolation", ec2.delete_vpc, VpcId=vpc)
        self.assertEqual(ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["Unsuccessful"], [])
        self.assertEqual(ec2.get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv6CidrReservations"], [])

    def test_the_default_acl_follows_the_families_of_its_vpc(self):
        ec2, vpc = self.ec2, self.vpc()
        acl = lambda: ec2.describe_network_acls(Filters=filtered(vpc_id=vpc))["NetworkAcls"][0]
        rules = lambda: {(entry["RuleNumber"], entry["Egress"]) for entry in acl()["Entries"]}
        both = lambda *numbers: {(number, egress) for number in numbers for egress in (True, False)}
        self.assertEqual(rules(), both(100, 32767))
        entry = {"NetworkAclId": acl()["NetworkAclId"], "RuleNumber": 50, "Egress": False}
        ec2.create_network_acl_entry(**entry, Protocol="58", RuleAction="deny", Ipv6CidrBlock="::/0", IcmpTypeCode={"Type": -1, "Code": -1})
        ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
        self.six(vpc)
        self.assertEqual(rules(), both(100, 32767, 32768) | {(50, False), (101, True)})
        ec2.delete_network_acl_entry(**entry)
        self.assertEqual(rules(), both(100, 32767, 32768) | {(101, True)})


class Identity(Case):
    def test_who_one_is(self):
        sts = client(self.environment, "sts")
        self.assertEqual(sts.get_caller_identity()["Account"], "123456789012")
        role = "arn:aws:iam::123456789012:role/networks"
        assume = lambda **own: sts.assume_role(RoleArn=role, RoleSessionName="me", **own)
        self.refused("AccessDenied", assume, status=403)
        keys = assume(ExternalId="between-us")["Credentials"]
        own = {"key": keys["AccessKeyId"], "secret": keys["SecretAccessKey"]}
        session = client(self.environment, "sts", token=keys["SessionToken"], **own)
        self.assertEqual(session.get_caller_identity()["Arn"], "arn:aws:sts::123456789012:assumed-role/networks/me")
        self.refused("AuthFailure", client(self.environment, token="wrong", **own).describe_vpcs, status=401)
        web = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="me", WebIdentityToken="a-token")
        self.assertTrue(web["Credentials"]["SessionToken"])

    def test_who_one_is_not(self):
        describe = lambda **own: client(self.environment, **own).describe_vpcs
        self.refused("AuthFailure", describe(key="AKIANOBODY"), status=401)
        self.refused("SignatureDoesNotMatch", describe(secret="wrong"), status=403)
        self.refused("SignatureDoesNotMatch", describe(region="eu-west-1"), status=403)
        self.refused("InvalidClientTokenId", client(self.environment, "sts", key="AKIANOBODY").get_caller_identity, status=403)
        for hours in (-1, 1):
            late = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + datetime.timedelta(hours=hours)
            with patches.patch("botocore.auth.get_current_datetime", return_value=late):
                self.refused("RequestExpired", describe())

    def test_what_one_may(self):
        looks = client(self.environment, key="AKIALOOKSONLYEXAMPLE", secret="secret-of-looks")
        looks.describe_vpcs()
        create = {"CidrBlock": "10.0.0.0/16"}
        self.refused("UnauthorizedOperation", looks.create_vpc, status=403, **create)
        self.refused("UnauthorizedOperation", looks.create_vpc, status=403, DryRun=True, **create)
        self.refused("DryRunOperation", self.ec2.create_vpc, status=412, DryRun=True, **create)
        self.assertEqual(len(self.ec2.describe_vpcs()["Vpcs"]), 1)
        owns = client(self.environment, key="AKIAOWNONLYEXAMPLE00", secret="secret-of-owns")
        self.refused("UnauthorizedOperation", owns.create_vpc, status=403, **create)
        made = owns.create_vpc(**create, TagSpecifications=tagged("vpc", owner="owns"))["Vpc"]["VpcId"]
        foreign = self.vpc()
        self.refused("UnauthorizedOperation", owns.delete_vpc, status=403, VpcId=foreign)
        self.refused("UnauthorizedOperation", owns.create_tags, status=403, Resources=[foreign], Tags=[{"Key": "x", "Value": "y"}])
        owns.delete_vpc(VpcId=made)


class Eventual(Case):
    # The mock's time is moved; a signature may be a quarter of an hour old.
    words = ("delay_ms=0", "consistency_ms=440000")

    def test_what_is_new_is_not_found_at_first(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", Name="new"))["Vpc"]["VpcId"]
        self.refused("InvalidVpcID.NotFound", self.ec2.describe_vpcs, VpcIds=[vpc])
        self.refused("InvalidVpcID.NotFound", self.ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.0.0/24")
        named = [{"Name": "tag:Name", "Values": ["new"]}]
        self.assertEqual(self.ec2.describe_vpcs(Filters=named)["Vpcs"], [])
        self.later(880_000)
        self.assertEqual([shown["VpcId"] for shown in self.ec2.describe_vpcs(Filters=named)["Vpcs"]], [vpc])
        self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")


class Throttled(Case):
    words = ("delay_ms=0", "bucket=DescribeVpcAttribute:3")

    def test_a_bucket_runs_empty(self):
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        ask = lambda: self.ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsSupport")
        for _ in range(3):
            ask()
        self.refused("RequestLimitExceeded", ask, status=503)
        self.ec2.describe_regions()


if __name__ == "__main__":
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    unittest.main(verbosity=2)
