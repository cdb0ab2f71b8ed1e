#!/bin/bash
# A VPC of AWS's CDK that is made dual-stack stops giving public IPv4 addresses to what starts in its public subnets.
#
# Version: aws-cdk-lib 2.276.0, constructs 10.8.1.
# Seen: with `ipProtocol: DUAL_STACK` the template has MapPublicIpOnLaunch false on public subnets, where IPV4_ONLY has true; everything else of IPv4 is as before,
#   the route to the internet gateway included. So a node that starts there after the change has IPv6, a private IPv4 address and no way out over IPv4, and
#   CloudFormation changes the setting in place, without replacing anything. `mapPublicIpOnLaunch: true` in the subnet's configuration keeps it.
# A good engineer would guess: the second family is added, and takes nothing from the first.
# Who is hurt: nodes that need registries or control planes with IPv4 alone; older nodes keep their addresses, so that it shows with the next one.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 > installed.log
cat > ask.js <<'J'
const { App, Stack, aws_ec2: ec2 } = require("aws-cdk-lib");
const vpc = (told, how) => {
  const app = new App();
  new ec2.Vpc(new Stack(app, "one"), "vpc", { maxAzs: 1, natGateways: 0, ...how });
  const made = Object.values(app.synth().getStackByName("one").template.Resources);
  const is = (one, type) => one.Type === `AWS::EC2::${type}`;
  const subnet = made.find((one) => is(one, "Subnet") && one.Properties.Tags.some((tag) => tag.Value === "Public")).Properties;
  const routes = made.filter((one) => is(one, "Route") && one.Properties.GatewayId).map((one) => one.Properties);
  const to = routes.map((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock);
  console.log(told, "public IPv4", subnet.MapPublicIpOnLaunch, "IPv6", subnet.AssignIpv6AddressOnCreation ?? false, "internet gateway", to.join(" "));
};
vpc("IPV4_ONLY", { ipProtocol: ec2.IpProtocol.IPV4_ONLY });
vpc("DUAL_STACK", { ipProtocol: ec2.IpProtocol.DUAL_STACK });
const subnetConfiguration = [{ name: "Public", subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true }];
vpc("DUAL_STACK, said", { ipProtocol: ec2.IpProtocol.DUAL_STACK, subnetConfiguration });
J
node ask.js | tee seen
diff - seen <<'S' && echo "as stated"
IPV4_ONLY public IPv4 true IPv6 false internet gateway 0.0.0.0/0
DUAL_STACK public IPv4 false IPv6 true internet gateway 0.0.0.0/0 ::/0
DUAL_STACK, said public IPv4 true IPv6 true internet gateway 0.0.0.0/0 ::/0
S
