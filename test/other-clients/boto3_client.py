"""AWS's own Python client against the simulator: EC2, Systems Manager and STS. Prints what it read, as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, instance_id = sys.argv[1:3]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="AKIASIMULATED",
        aws_secret_access_key="not-a-secret",
        config=Config(retries={"max_attempts": 1}),
    )


def refusal(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "accepted"


ec2, ssm, sts = client("ec2"), client("ssm"), client("sts")
reservations = [
    reservation
    for page in ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
    for reservation in page["Reservations"]
]
instances = [instance for reservation in reservations for instance in reservation["Instances"]]
ec2.create_tags(Resources=[instance_id], Tags=[{"Key": "seen", "Value": "by boto3"}])
tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [instance_id]}])["Tags"]
stopped = ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"][0]
ec2.get_waiter("instance_stopped").wait(
    InstanceIds=[instance_id], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
)
ec2.start_instances(InstanceIds=[instance_id])
ec2.get_waiter("instance_running").wait(
    InstanceIds=[instance_id], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
)
ssm.put_parameter(Name="/walk/secret", Value="not-a-secret", Type="SecureString")
command = ssm.send_command(
    DocumentName="AWS-RunPowerShellScript",
    InstanceIds=[instance_id],
    Parameters={"commands": ["(Get-CimInstance Win32_OperatingSystem).Caption"]},
)["Command"]
waiter = ssm.get_waiter("command_executed")
waiter.wait(
    CommandId=command["CommandId"],
    InstanceId=instance_id,
    WaiterConfig={"Delay": 1, "MaxAttempts": 20},
)
invocation = ssm.get_command_invocation(CommandId=command["CommandId"], InstanceId=instance_id)
print(
    json.dumps(
        {
            "instances": sorted(instance["InstanceId"] for instance in instances),
            "tag": [tag["Value"] for tag in tags if tag["Key"] == "seen"],
            "stopped": stopped["PreviousState"]["Name"],
            "volumes": len(ec2.describe_volumes()["Volumes"]) > 0,
            "parameter": ssm.get_parameter(Name="/walk/secret", WithDecryption=True)["Parameter"]["Value"],
            "output": invocation["StandardOutputContent"].strip(),
            "account": sts.get_caller_identity()["Account"],
            "unknown": refusal(lambda: ec2.describe_instances(InstanceIds=["i-00000000000000000"])),
            "dryRun": refusal(lambda: ec2.stop_instances(InstanceIds=[instance_id], DryRun=True)),
            "noParameter": refusal(lambda: ssm.get_parameter(Name="/walk/none")),
        }
    )
)
