#!/bin/bash
# With dual-stack endpoints switched on, boto3 shows one host and sends to another, or makes no client at all, in AWS's isolated partitions.
#
# Version: boto3 and botocore 1.44.8.
# Seen: `client.meta.endpoint_url` comes from one table of the package, the host of a request from another (the endpoint rules of the service). For EC2 in
#   us-iso-east-1 the client shows ec2.us-iso-east-1.api.aws, a name of the public partition, and asks ec2.us-iso-east-1.api.aws.ic.gov; in us-isob-east-1
#   api.aws and api.aws.scloud. In us-isof-south-1 and eu-isoe-west-1 making the client raises EndpointVariantError, although the rules know a dual-stack host
#   there (partitions.json: supportsDualStack, api.aws.hci.ic.gov and api.cloud-aws.adc-e.uk). In eu-central-1 and cn-north-1 both agree.
# Who builds an allow list of a firewall, or a check of reachability, from meta.endpoint_url opens the wrong name.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install boto3==1.44.8 botocore==1.44.8
cat > ask.py <<'P'
import boto3, botocore.exceptions
from botocore.awsrequest import AWSResponse
from botocore.config import Config

class Empty:
    def stream(self, **_): return iter([b""])

for region in ("eu-central-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1"):
    asked = []
    def answer(request, **_):  # nothing leaves this process
        asked.append(request.url)
        return AWSResponse(request.url, 200, {}, Empty())
    try:
        ec2 = boto3.client("ec2", region_name=region, aws_access_key_id="x", aws_secret_access_key="x", config=Config(use_dualstack_endpoint=True))
    except botocore.exceptions.EndpointVariantError:
        print(region, "no client")
        continue
    ec2.meta.events.register("before-send", answer)
    try: ec2.describe_vpcs()
    except botocore.exceptions.ParamValidationError: raise
    except Exception: pass  # the empty answer is no answer of EC2's
    print(region, "shows", ec2.meta.endpoint_url, "asks", asked[0])
P
py/bin/python ask.py | tee seen
diff - seen <<'S' && echo "as stated"
eu-central-1 shows https://ec2.eu-central-1.api.aws asks https://ec2.eu-central-1.api.aws/
cn-north-1 shows https://ec2.cn-north-1.api.amazonwebservices.com.cn asks https://ec2.cn-north-1.api.amazonwebservices.com.cn/
us-iso-east-1 shows https://ec2.us-iso-east-1.api.aws asks https://ec2.us-iso-east-1.api.aws.ic.gov/
us-isob-east-1 shows https://ec2.us-isob-east-1.api.aws asks https://ec2.us-isob-east-1.api.aws.scloud/
us-isof-south-1 no client
eu-isoe-west-1 no client
S
