"""Microsoft's own Python clients against the simulator: a vault and Site Recovery. Prints what they read, as JSON."""

import json
import sys
import time
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.recoveryservices import RecoveryServicesClient
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

simulator, token, subscription, group, vault, fabric = sys.argv[1:7]


class Token:
    """A token that somebody else has fetched."""

    def get_token(self, *scopes, **kwargs):
        return AccessToken(token, int(time.time()) + 3600)


class Loopback(RequestsTransport):
    """Sends what is meant for ARM to the simulator; the client never learns."""

    def send(self, request, **kwargs):
        meant = request.url
        address = urlsplit(meant)
        assert address.netloc == "management.azure.com", meant
        request.url = simulator + address.path + ("?" + address.query if address.query else "")
        try:
            return super().send(request, **kwargs)
        finally:
            request.url = meant


def client(kind, **more):
    return kind(Token(), subscription, transport=Loopback(), polling_interval=0.05, retry_total=0, **more)


vaults = client(RecoveryServicesClient)
# Its vault's name is an argument of every call in one version of the package, and of the client in another.
try:
    recovery = client(SiteRecoveryManagementClient, resource_group_name=group, resource_name=vault)
    at = {}
    recovery.replication_fabrics.list()
except TypeError:
    recovery = client(SiteRecoveryManagementClient)
    at = {"resource_group_name": group, "resource_name": vault}


def refusal(call):
    try:
        call()
    except HttpResponseError as error:
        return error.error.code
    return "accepted"


containers = list(
    recovery.replication_protection_containers.list_by_replication_fabrics(fabric_name=fabric, **at)
)
policy = {
    "properties": {
        "providerSpecificInput": {
            "instanceType": "InMageRcm",
            "recoveryPointHistoryInMinutes": 720,
            "crashConsistentFrequencyInMinutes": 5,
            "appConsistentFrequencyInMinutes": 0,
            "enableMultiVmSync": "true",
        }
    }
}
created = recovery.replication_policies.begin_create(policy_name="python-12h", input=policy, **at).result()
fabrics = list(recovery.replication_fabrics.list(**at))
full = recovery.replication_fabrics.get(fabric_name=fabric, **at)
print(
    json.dumps(
        {
            "vault": vaults.vaults.get(group, vault).properties.provisioning_state,
            "vaults": [each.name for each in vaults.vaults.list_by_resource_group(group)],
            "fabrics": [each.name for each in fabrics],
            "listed": len(fabrics[0].properties.custom_details.process_servers or []),
            "got": len(full.properties.custom_details.process_servers),
            "health": full.properties.health,
            "container": len(containers),
            "policy": created.properties.provider_specific_details.enable_multi_vm_sync,
            "policies": sorted(each.name for each in recovery.replication_policies.list(**at)),
            "jobs": [each.properties.scenario_name for each in recovery.replication_jobs.list(**at)],
            "noPolicy": refusal(lambda: recovery.replication_policies.get(policy_name="none", **at)),
        }
    )
)
