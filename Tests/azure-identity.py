# SPDX-License-Identifier: Apache-2.0
"""Uses the official identity and storage clients of Azure against a local cloud that speaks https.

    azure-identity.py FILE    the first line that `outhaul cloud serve --tls --strict --output json` prints

Ends with 0 when every check held; one that does not hold is named on standard error.
"""
import datetime
import ssl
import tempfile
import urllib.error
import urllib.request

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, WorkloadIdentityCredential
from azure.storage.blob import BlobServiceClient, ContainerClient, generate_container_sas

from azure_checks import check, conclude, endpoints, hour, now, quick, refused

ends = endpoints()
trust = {"connection_verify": ends["certificate"]}
quick = {**quick, **trust}
headers = {}
options = {"authority": ends["authority_url"], "disable_instance_discovery": True, **trust}


def management(token):
    """The status of a list of tasks; its headers are kept."""
    global headers
    url = (
        f"{ends['management_url']}/subscriptions/{ends['subscription']}/resourceGroups/MobileEngagement/providers/"
        "Microsoft.MobileEngagement/appcollections/contoso/apps/app-1/devices/exportTasks?api-version=2014-12-01")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=ends["certificate"])) as answer:
            headers = answer.headers
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


# Tokens.
secret = ClientSecretCredential(ends["tenant"], ends["client"], ends["secret"], **options)
token = secret.get_token("https://management.azure.com/.default")
check("a token by secret", token.expires_on > now.timestamp() + 3000 and token.token.count(".") == 2)
check("it is good for tasks", management(token.token) == 200)
check("answers want https from then on", headers["Strict-Transport-Security"].startswith("max-age="))
check(
    "one for storage is not",
    management(secret.get_token("https://storage.azure.com/.default").token) == 401)
wrong = ClientSecretCredential(ends["tenant"], ends["client"], "wrong", **options)
refused(
    "another secret", ClientAuthenticationError, None, lambda: wrong.get_token("https://management.azure.com/.default"))
with tempfile.NamedTemporaryFile("w", suffix=".jwt") as assertion:
    assertion.write(ends["assertion"])
    assertion.flush()
    workload = WorkloadIdentityCredential(
        tenant_id=ends["tenant"], client_id=ends["client"], token_file_path=assertion.name, **options)
    check("a token by assertion", management(workload.get_token("https://management.azure.com/.default").token) == 200)

# Storage by token, and by a key that is given for one.
service = BlobServiceClient(ends["blob_url"], credential=secret, **quick)
container = service.create_container("by-token")
container.upload_blob("a", b"by token")
check("storage by token", container.download_blob("a").readall() == b"by token")
key = service.get_user_delegation_key(now - hour, now + hour)
check("a user's key", key.value and key.signed_tid == ends["tenant"])


def signed(permission, expiry=now + hour):
    sas = generate_container_sas(
        ends["account"], "by-token", user_delegation_key=key, permission=permission, start=now - hour, expiry=expiry)
    return ContainerClient.from_container_url(f"{ends['blob_url']}/by-token?{sas}", **quick)


check("its signature", signed("r").download_blob("a").readall() == b"by token")
refused("what it does not permit", HttpResponseError, None, lambda: signed("r").upload_blob("b", b"x"))
refused(
    "one that has run out", ClientAuthenticationError, None,
    lambda: signed("r", expiry=now - datetime.timedelta(minutes=1)).download_blob("a"))
refused(
    "the certificate of somebody else", Exception, None,
    lambda: BlobServiceClient(ends["blob_url"], credential=secret, retry_total=0).get_account_information())
conclude()
