#!/usr/bin/python3
"""Stand-in for pgsty/silo: S3 over files of one folder. Buckets are folders; put, get, head, delete and list of
objects and buckets, with real signature checks, accounts, and policies as far as an Allow and a Deny by bucket go. What is set of a
bucket (versioning, lifecycle) is kept and told; it has no effect here: no older versions, nothing expires. No multipart."""

import fnmatch
import hashlib
import json
import os
import sys
import tempfile
import time
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

sys.path.insert(0, "/usr/local/lib/standin")
from s3 import is_signed
from standin import Handler, die, option, serve

IMAGE = "pgsty/silo"
if len(sys.argv) < 3 or sys.argv[1] != "server":
    die("usage: silo server FOLDER [--address :9000] [--console-address :9001]")
ROOT = os.path.realpath(sys.argv[2])
if not os.access(ROOT, os.W_OK):
    die(f"{ROOT} cannot be written")
USER, PASSWORD = os.environ.get("MINIO_ROOT_USER", ""), os.environ.get("MINIO_ROOT_PASSWORD", "")
if len(USER) < 3 or len(PASSWORD) < 8:
    die("MINIO_ROOT_USER needs 3 characters and MINIO_ROOT_PASSWORD 8")


# Accounts with their passwords and policies, and what is set of buckets: in the volume, in the folders where the real one keeps
# them, in the clear as there.
KEPT = {
    os.path.join(ROOT, ".minio.sys", "config", "iam", "stand-in.json"): ("users", "policies", "attached"),
    os.path.join(ROOT, ".minio.sys", "buckets", "stand-in.json"): ("buckets",),
}
STATE = {"users": {}, "policies": {}, "attached": {}, "buckets": {}}
for place in KEPT:
    try:
        STATE |= json.load(open(place, encoding="utf-8"))
    except FileNotFoundError:
        pass


def keep():
    for place, parts in KEPT.items():
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place + ".new", "w", encoding="utf-8") as file:
            json.dump({part: STATE[part] for part in parts}, file)
        os.replace(place + ".new", place)


def error(handler, status, code):
    handler.send(status, f"<Error><Code>{code}</Code></Error>".encode(), "application/xml")


def key_of(handler):
    """The access key that a request says it is signed with."""
    given = handler.headers.get("Authorization", "")
    if "Credential=" in given:
        return given.split("Credential=")[1].split("/")[0]
    return handler.query.get("X-Amz-Credential", [""])[0].split("/")[0]


def may(user, action, bucket):
    """Whether the policies that are attached to an account allow it: a Deny goes before every Allow."""
    found = [one for name in STATE["attached"].get(user, []) for one in STATE["policies"].get(name, {}).get("Statement", [])]
    fits = [one["Effect"] for one in found
            if any(fnmatch.fnmatchcase(action, a) for a in one["Action"])
            and any(fnmatch.fnmatchcase(f"arn:aws:s3:::{bucket}", r) for r in one["Resource"])]
    return "Allow" in fits and "Deny" not in fits


def admin(handler):
    body = handler.body()
    if not is_signed(handler.command, handler.path, handler.headers, USER, PASSWORD):
        return error(handler, 403, "AccessDenied")
    wish = json.loads(body)
    match wish["op"]:
        case "user":
            return handler.text(200, "") if wish["user"] in STATE["users"] else error(handler, 404, "The specified user does not exist")
        case "policy":
            return handler.text(200, "") if wish["policy"] in STATE["policies"] else error(handler, 404, "The canned policy does not exist")
        case "add":
            if wish["user"] == USER or len(wish["user"]) < 3 or len(wish["secret"]) < 8:
                return error(handler, 400, "The access key or secret key is invalid")
            STATE["users"][wish["user"]] = wish["secret"]
        case "create":
            STATE["policies"][wish["policy"]] = wish["text"]
        case "attach":
            if wish["policy"] not in STATE["policies"] or wish["user"] not in STATE["users"]:
                return error(handler, 404, "The canned policy or the user does not exist")
            # As MinIO says it (cmd/admin-handlers-idp-*.go), for a mc that takes it for an error.
            if wish["policy"] in STATE["attached"].get(wish["user"], []):
                return error(handler, 400, "The specified policy change is already in effect")
            STATE["attached"][wish["user"]] = sorted({*STATE["attached"].get(wish["user"], []), wish["policy"]})
    keep()
    return handler.text(200, "")


def s3(handler):
    body = handler.body() if handler.command in ("PUT", "POST") else b""
    key = key_of(handler)
    if key not in (USER, *STATE["users"]):
        return error(handler, 403, "InvalidAccessKeyId" if key else "AccessDenied")
    if not is_signed(handler.command, handler.path, handler.headers, key, PASSWORD if key == USER else STATE["users"][key]):
        return error(handler, 403, "SignatureDoesNotMatch")
    claimed = handler.headers.get("x-amz-content-sha256", "")
    if len(claimed) == 64 and hashlib.sha256(body).hexdigest() != claimed:
        return error(handler, 400, "XAmzContentSHA256Mismatch")
    path = unquote(urlsplit(handler.path).path).strip("/")
    bucket, _, name = path.partition("/")
    full = os.path.realpath(os.path.join(ROOT, path))
    if not (full + "/").startswith(ROOT + "/"):
        return error(handler, 400, "InvalidArgument")
    if key != USER and not may(key, ACTIONS.get((handler.command, bool(bucket) + bool(name)), "s3:GetObject"), bucket):
        return error(handler, 403, "AccessDenied")
    if bucket == "":
        names = "".join(f"<Bucket><Name>{escape(n)}</Name><CreationDate>{made(n)}</CreationDate></Bucket>"
                        for n in sorted(os.listdir(ROOT)) if n[0] != ".")
        return handler.send(200, f"<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>".encode(), "application/xml")
    if name == "":
        return on_bucket(handler, bucket, full, body)
    if not os.path.isdir(os.path.join(ROOT, bucket)):
        return error(handler, 404, "NoSuchBucket")
    return on_object(handler, full, body)


def made(bucket):
    """When a bucket was made, about: S3 tells it of each, and the command line of AWS prints it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(os.stat(os.path.join(ROOT, bucket)).st_ctime))


# By method and by what is asked: 0 the server, 1 a bucket, 2 an object.
ACTIONS = {("GET", 0): "s3:ListAllMyBuckets", ("PUT", 1): "s3:CreateBucket", ("DELETE", 1): "s3:DeleteBucket", ("GET", 1): "s3:ListBucket",
           ("HEAD", 1): "s3:ListBucket", ("PUT", 2): "s3:PutObject", ("DELETE", 2): "s3:DeleteObject"}


def on_bucket(handler, bucket, full, body):
    about = [one for one in ("versioning", "lifecycle") if one in handler.path.partition("?")[2]]
    if not about and handler.command == "PUT":
        if os.path.isdir(full):
            return error(handler, 409, "BucketAlreadyOwnedByYou")
        os.makedirs(full)
        return handler.send(200, b"")
    if not os.path.isdir(full):
        return error(handler, 404, "NoSuchBucket")
    if about and handler.command == "PUT":
        STATE["buckets"].setdefault(bucket, {})[about[0]] = body.decode()
        keep()
        return handler.send(200, b"")
    if about:
        told = STATE["buckets"].get(bucket, {}).get(about[0])
        if told is None and about[0] == "lifecycle":
            return error(handler, 404, "NoSuchLifecycleConfiguration")
        return handler.send(200, (told or "<VersioningConfiguration/>").encode(), "application/xml")
    if handler.command == "DELETE":
        if os.listdir(full):
            return error(handler, 409, "BucketNotEmpty")
        os.rmdir(full)
        STATE["buckets"].pop(bucket, None)
        keep()
        handler.send_response(204)
        handler.end_headers()
        return None
    if handler.command == "HEAD":
        return handler.send(200, b"")
    prefix = handler.query.get("prefix", [""])[0]
    keys = sorted(os.path.relpath(os.path.join(at, f), full) for at, _, files in os.walk(full) for f in files)
    rows = "".join(f"<Contents><Key>{escape(k)}</Key></Contents>" for k in keys if k.startswith(prefix))
    handler.send(200, f"<ListBucketResult><Name>{escape(bucket)}</Name><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode(), "application/xml")


def on_object(handler, full, body):
    if handler.command == "PUT":
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=ROOT, prefix=".put-", delete=False) as file:
            file.write(body)
        os.replace(file.name, full)
        return handler.send(200, b"", headers=[("ETag", f'"{hashlib.md5(body).hexdigest()}"')])
    if handler.command == "DELETE":
        if os.path.isfile(full):
            os.remove(full)
        handler.send_response(204)
        handler.end_headers()
        return None
    if not os.path.isfile(full):
        return error(handler, 404, "NoSuchKey")
    data = open(full, "rb").read()
    return handler.send(200, data, "application/octet-stream", [("ETag", f'"{hashlib.md5(data).hexdigest()}"')])


def port(name, default):
    return int(option(name, default).rsplit(":", 1)[1])


def live(handler):
    handler.text(200, "")


api = {f"{method} /": s3 for method in ("GET", "PUT", "HEAD", "DELETE", "POST")}
api |= {"POST /minio/admin/stand-in": admin, "GET /minio/health/live": live, "GET /minio/v2/metrics/cluster": lambda h: h.text(200, "minio_up 1")}
FORM = "<form><input name=user placeholder=User><input name=password type=password></form>"
serve(IMAGE, {
    port("address", ":9000"): api,
    port("console-address", ":9001"): {"GET /": lambda h: h.page(IMAGE, "Object store console", FORM)},
})
