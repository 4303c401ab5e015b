# SPDX-License-Identifier: Apache-2.0
"""Uses the official storage client of Azure against a local cloud, and says how many checks held.

    azure-client.py FILE    the first line that `outhaul cloud serve --output json` prints

Ends with 0 when every check held; one that does not hold is named on standard error.
"""
import base64
import hashlib
import uuid

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.core import MatchConditions
from azure.storage.blob import (
    AccountSasPermissions,
    BlobBlock,
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ContainerSasPermissions,
    ContentSettings,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)

from azure_checks import check, conclude, endpoints, hour, now, quick, refused

ends = endpoints()
account, key, url = ends["account"], ends["account_key"], ends["blob_url"]

service = BlobServiceClient(url, credential={"account_name": account, "account_key": key}, **quick)
name = "client-" + uuid.uuid4().hex[:12]
container = service.get_container_client(name)

# Containers, with Shared Key.
container.create_container(metadata={"Owner": "tests"})
refused("a second container", ResourceExistsError, "ContainerAlreadyExists", container.create_container)
properties = container.get_container_properties()
check("metadata of the container", properties.metadata.get("Owner") == "tests")
check("the container exists", container.exists())
check("another does not", not service.get_container_client("no-such-container").exists())
check("the container is listed", name in [c.name for c in service.list_containers(name_starts_with="client-")])
refused(
    "a bad name", HttpResponseError, "InvalidResourceName",
    lambda: service.get_container_client("Bad_Name").create_container())

# Small blobs: one request.
small = container.get_blob_client("dir/small file.txt")
settings = ContentSettings(
    content_type="text/plain", content_encoding="identity", content_language="en", content_disposition="inline",
    cache_control="no-store")
small.upload_blob(b"hello, world", content_settings=settings, metadata={"Made_By": "client"})
properties = small.get_blob_properties()
check("size", properties.size == 12)
check("type", properties.content_settings.content_type == "text/plain")
check("language", properties.content_settings.content_language == "en")
check("disposition", properties.content_settings.content_disposition == "inline")
check("cache control", properties.content_settings.cache_control == "no-store")
check("MD5", bytes(properties.content_settings.content_md5) == hashlib.md5(b"hello, world").digest())
check("metadata", {k.lower(): v for k, v in properties.metadata.items()} == {"made_by": "client"})
check("content", small.download_blob().readall() == b"hello, world")
check("a range", small.download_blob(offset=7, length=5).readall() == b"world")
check("a range beyond the end", small.download_blob(offset=7, length=500).readall() == b"world")
check("a range with its MD5", small.download_blob(offset=0, length=5, validate_content=True).readall() == b"hello")
refused("an upload over it", ResourceExistsError, "BlobAlreadyExists", lambda: small.upload_blob(b"other"))
small.upload_blob(b"changed", overwrite=True)
check("it is replaced", small.download_blob().readall() == b"changed")
check("an empty one", container.upload_blob("empty", b"").download_blob().readall() == b"")
container.upload_blob("checked", b"abc" * 100, validate_content=True)
check("one that is gone", not container.get_blob_client("nothing").exists())
refused(
    "reading one that is not there", ResourceNotFoundError, "BlobNotFound",
    container.get_blob_client("nothing").download_blob)

# Conditions.
etag = small.get_blob_properties().etag
check(
    "a condition that holds",
    small.download_blob(etag=etag, match_condition=MatchConditions.IfNotModified).readall() == b"changed")
refused(
    "a condition that does not", ResourceModifiedError, "ConditionNotMet",
    lambda: small.upload_blob(
        b"x", overwrite=True, etag='"0x0"', match_condition=MatchConditions.IfNotModified))
refused(
    "nothing that has changed", HttpResponseError, "ConditionNotMet",
    lambda: small.get_blob_properties(etag=etag, match_condition=MatchConditions.IfModified))

# What is said of a blob can be changed.
small.set_blob_metadata({"later": "yes"})
small.set_http_headers(ContentSettings(content_type="text/markdown"))
small.set_standard_blob_tier("Cool")
properties = small.get_blob_properties()
check("changed metadata", {k.lower(): v for k, v in properties.metadata.items()} == {"later": "yes"})
check("changed type", properties.content_settings.content_type == "text/markdown")
check("changed tier", properties.blob_tier == "Cool")

# Large blobs: blocks.
chunked = ContainerClient(
    url, name, credential={"account_name": account, "account_key": key}, max_single_put_size=1 << 16,
    max_block_size=1 << 16, max_single_get_size=1 << 17, max_chunk_get_size=1 << 16, **quick)
large = bytes(range(256)) * 4096
blob = chunked.upload_blob("dir/sub/large.bin", large, max_concurrency=2)
check("a blob of blocks", blob.download_blob(max_concurrency=2).readall() == large)
committed, waiting = blob.get_block_list("all")
check("its blocks", len(committed) == 16 and sum(b.size for b in committed) == len(large) and not waiting)
check("a part of it", blob.download_blob(offset=100_000, length=70_000).readall() == large[100_000:170_000])


def pieces():
    for start in range(0, len(large), 50_000):
        yield large[start:start + 50_000]


check("of unknown length", chunked.upload_blob("stream.bin", pieces()).download_blob().readall() == large)

# Blocks by hand.
hand = container.get_blob_client("hand")
hand.stage_block("a", b"one,")
hand.stage_block("b", b"two,", validate_content=True)
refused("before it is put together", ResourceNotFoundError, "BlobNotFound", hand.download_blob)
check("blocks that wait", [b.id for b in hand.get_block_list("uncommitted")[1]] == ["a", "b"])
hand.commit_block_list([BlobBlock("b"), BlobBlock("a")], content_settings=ContentSettings(content_type="text/csv"))
check("the order is that of the list", hand.download_blob().readall() == b"two,one,")
hand.stage_block("c", b"three")
hand.commit_block_list([BlobBlock("a"), BlobBlock("c"), BlobBlock("a")])
check("blocks that were there already", hand.download_blob().readall() == b"one,threeone,")
refused(
    "a block that is not there", HttpResponseError, "InvalidBlockList", lambda: hand.commit_block_list([BlobBlock("z")]))

# Lists.
for index in range(12):
    container.upload_blob(f"many/{index:02}", b"x", metadata={"number": str(index)})
container.upload_blob("sp%20ace & <ö>", b"x")
names = [b.name for b in container.list_blobs()]
check("names are in order", names == sorted(names, key=lambda n: n.encode()))
check("a name with everything", "sp%20ace & <ö>" in names)
pages = list(container.list_blobs(name_starts_with="many/", results_per_page=5).by_page())
check("pages", [len(list(page)) for page in pages] == [5, 5, 2])
told = list(container.list_blobs(name_starts_with="many/", include=["metadata"]))
check("metadata in the list", [b.metadata["number"] for b in told] == [str(i) for i in range(12)])
top = ["checked", "dir/", "empty", "hand", "many/", "sp%20ace & <ö>", "stream.bin"]
# The client tells the folders of a page before its blobs.
check("folders", sorted(item.name for item in container.walk_blobs(delimiter="/")) == top)
below = sorted(item.name for item in container.walk_blobs(name_starts_with="dir/", delimiter="/"))
check("below a folder", below == ["dir/small file.txt", "dir/sub/"])
paged = sorted(item.name for item in container.walk_blobs(delimiter="/", results_per_page=2))
check("folders over pages", paged == top)

# Signatures for a container.
def signed(permission, start=now - hour, expiry=now + hour, key=key, **more):
    sas = generate_container_sas(
        account, name, account_key=key, permission=permission, start=start, expiry=expiry, **more)
    return ContainerClient.from_container_url(f"{url}/{name}?{sas}", **quick)


signed(ContainerSasPermissions(write=True, list=True)).upload_blob("signed", b"by signature")
check("list by signature", "signed" in [b.name for b in signed("l").list_blobs(name_starts_with="signed")])
check("read by signature", signed("r").get_blob_client("signed").download_blob().readall() == b"by signature")
check("an address that may", signed("r", ip="127.0.0.1-127.0.0.9").get_blob_client("signed").exists())
mismatch = "AuthorizationPermissionMismatch"
refused("no right to read", HttpResponseError, mismatch, signed("wl").get_blob_client("signed").download_blob)
refused("no right to list", HttpResponseError, mismatch, lambda: list(signed("r").list_blobs()))
refused("no right to write", HttpResponseError, mismatch, lambda: signed("rl").upload_blob("other", b"x"))
refused("no right to delete", HttpResponseError, mismatch, lambda: signed("rwl").delete_blob("signed"))
refused("no right to look at the container", HttpResponseError, mismatch, signed("racwdl").get_container_properties)
signed("c").upload_blob("fresh", b"new")
refused(
    "only what is new", HttpResponseError, mismatch, lambda: signed("c").upload_blob("fresh", b"again", overwrite=True))
refused(
    "one that has run out", ClientAuthenticationError, "AuthenticationFailed",
    signed("r", start=now - 2 * hour, expiry=now - hour).get_blob_client("signed").download_blob)
refused(
    "one that is not good yet", ClientAuthenticationError, "AuthenticationFailed",
    signed("r", start=now + hour, expiry=now + 2 * hour).get_blob_client("signed").download_blob)
refused(
    "another key", ClientAuthenticationError, "AuthenticationFailed",
    signed("r", key=base64.b64encode(b"another key").decode()).get_blob_client("signed").download_blob)
refused(
    "another address", HttpResponseError, "AuthorizationSourceIPMismatch",
    signed("r", ip="10.0.0.1").get_blob_client("signed").download_blob)
refused(
    "another protocol", HttpResponseError, "AuthorizationProtocolMismatch",
    signed("r", protocol="https").get_blob_client("signed").download_blob)
refused(
    "nothing that proves anything", ClientAuthenticationError, "NoAuthenticationInformation",
    ContainerClient.from_container_url(f"{url}/{name}", **quick).get_blob_client("signed").download_blob)

# Signatures for one blob, and for the account.
sas = generate_blob_sas(
    account, name, "signed", account_key=key, permission=BlobSasPermissions(read=True), expiry=now + hour,
    content_type="text/x-override")
one = BlobClient.from_blob_url(f"{url}/{name}/signed?{sas}", **quick)
check("one blob", one.download_blob().readall() == b"by signature")
check("in a type of the signature's", one.get_blob_properties().content_settings.content_type == "text/x-override")
refused(
    "another blob", ClientAuthenticationError, "AuthenticationFailed",
    BlobClient.from_blob_url(f"{url}/{name}/fresh?{sas}", **quick).download_blob)


def account_signed(types, permission):
    sas = generate_account_sas(
        account, key, resource_types=ResourceTypes.from_string(types),
        permission=AccountSasPermissions.from_string(permission), expiry=now + hour)
    return BlobServiceClient(f"{url}?{sas}", **quick)


everything = account_signed("sco", "rwdlac")
check("the account's list", name in [c.name for c in everything.list_containers()])
check("the account's read", everything.get_blob_client(name, "signed").download_blob().readall() == b"by signature")
check("the account's container", everything.get_container_client(name).get_container_properties().name == name)
refused(
    "no objects", HttpResponseError, "AuthorizationResourceTypeMismatch",
    account_signed("sc", "rwdlac").get_blob_client(name, "signed").download_blob)
refused(
    "no right of the account's", HttpResponseError, mismatch,
    lambda: account_signed("o", "r").get_blob_client(name, "signed").delete_blob())

# And away.
signed("d").delete_blob("signed")
refused("one that is gone", ResourceNotFoundError, "BlobNotFound", lambda: container.delete_blob("signed"))
container.delete_container()
refused("a container that is gone", ResourceNotFoundError, "ContainerNotFound", lambda: list(container.list_blobs()))
conclude()
