#!/bin/bash
# A security group of AWS's CDK that "allows all outbound" lets no IPv6 out, in a dual-stack VPC too; and its "all ICMP" from an IPv6 range is the ICMP of IPv4.
#
# Version: aws-cdk-lib 2.276.0, constructs 10.8.1.
# Seen: `allowAllOutbound`, which is the default, writes one rule, to 0.0.0.0/0. CloudFormation adds a rule for each family only to a
#   group whose template has none (reference of AWS::EC2::SecurityGroup). `allowAllIpv6Outbound` has to be said beside it. `Peer.anyIpv6()` with `Port.allIcmp()` becomes protocol `icmp` for ::/0,
#   which no packet matches: IPv6 has `icmpv6`, and the synthesis says nothing. So "Packet Too Big" stays out, and a path with a smaller MTU swallows packets.
# A good engineer would guess: all outbound is all, and all ICMP from an IPv6 range is that of IPv6.
# Who is hurt: nodes of a dual-stack VPC that was made so: over IPv6 they are reached, answer what is asked of them, and cannot begin a conversation.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 > installed.log
cat > ask.js <<'J'
const { App, Stack, aws_ec2: ec2 } = require("aws-cdk-lib");
const app = new App(), stack = new Stack(app, "one");
const vpc = new ec2.Vpc(stack, "vpc", { ipProtocol: ec2.IpProtocol.DUAL_STACK, maxAzs: 1 });
const group = new ec2.SecurityGroup(stack, "as-it-comes", { vpc });
group.addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.allIcmp());
new ec2.SecurityGroup(stack, "said-twice", { vpc, allowAllIpv6Outbound: true }).addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.allIcmpV6());
const rules = (list) => list.map((rule) => `${rule.IpProtocol} ${rule.CidrIp ?? rule.CidrIpv6}`).join(", ");
for (const one of Object.values(app.synth().getStackByName("one").template.Resources)) {
  if (one.Type !== "AWS::EC2::SecurityGroup") continue;
  const { GroupDescription: name, SecurityGroupEgress: out, SecurityGroupIngress: into } = one.Properties;
  console.log(`${name}: out ${rules(out)}; in ${rules(into)}`);
}
J
node ask.js | tee seen
diff - seen <<'S' && echo "as stated"
one/as-it-comes: out -1 0.0.0.0/0; in icmp ::/0
one/said-twice: out -1 0.0.0.0/0, -1 ::/0; in icmpv6 ::/0
S
