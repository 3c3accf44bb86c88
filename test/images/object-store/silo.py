#!/usr/bin/python3
"""Stand-in for pgsty/silo: S3 over files of one folder. Buckets are folders; put, get, head, delete and list of
objects and buckets, with real signature checks. No versions, no multipart, no policies."""

import hashlib
import os
import sys
import tempfile
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


def error(handler, status, code):
    handler.send(status, f"<Error><Code>{code}</Code></Error>".encode(), "application/xml")


def s3(handler):
    body = handler.body() if handler.command in ("PUT", "POST") else b""
    if not is_signed(handler.command, handler.path, handler.headers, USER, PASSWORD):
        return error(handler, 403, "SignatureDoesNotMatch")
    claimed = handler.headers.get("x-amz-content-sha256", "")
    if len(claimed) == 64 and hashlib.sha256(body).hexdigest() != claimed:
        return error(handler, 400, "XAmzContentSHA256Mismatch")
    path = unquote(urlsplit(handler.path).path).strip("/")
    bucket, _, key = path.partition("/")
    full = os.path.realpath(os.path.join(ROOT, path))
    if not (full + "/").startswith(ROOT + "/"):
        return error(handler, 400, "InvalidArgument")
    if bucket == "":
        names = "".join(f"<Bucket><Name>{escape(n)}</Name></Bucket>" for n in sorted(os.listdir(ROOT)) if n[0] != ".")
        return handler.send(200, f"<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>".encode(), "application/xml")
    if key == "":
        return on_bucket(handler, bucket, full)
    if not os.path.isdir(os.path.join(ROOT, bucket)):
        return error(handler, 404, "NoSuchBucket")
    return on_object(handler, full, body)


def on_bucket(handler, bucket, full):
    if handler.command == "PUT":
        os.makedirs(full, exist_ok=True)
        return handler.send(200, b"")
    if not os.path.isdir(full):
        return error(handler, 404, "NoSuchBucket")
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
api |= {"GET /minio/health/live": live, "GET /minio/v2/metrics/cluster": lambda h: h.text(200, "minio_up 1")}
FORM = "<form><input name=user placeholder=User><input name=password type=password></form>"
serve(IMAGE, {
    port("address", ":9000"): api,
    port("console-address", ":9001"): {"GET /": lambda h: h.page(IMAGE, "Object store console", FORM)},
})
