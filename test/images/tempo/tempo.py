#!/usr/bin/python3
"""Stand-in for grafana/tempo:3.0.3: takes OTLP and Zipkin traces as JSON, keeps each as an object in its bucket (signed
requests), finds them again, and lists their ids (`/api/search`, whatever is asked for). Without the object store or the bucket it ends at its start, as the real one."""

import os
import sys

# Docker asks all the time: without reading what the server needs it costs the processor a tenth.
if "-health" in sys.argv:
    os.execvp("wget", ["wget", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:3200/ready"])

import json
import re

sys.path.insert(0, "/usr/local/lib/standin")
import s3
from standin import die, metrics, option, read_yaml, serve

IMAGE = "grafana/tempo:3.0.3"
PATH = option("config.file") or die("-config.file is missing")
# `ingester`, `compactor` and `metrics_generator_client` of version 2 are refused by version 3.
KNOWN = {"target", "stream_over_http_enabled", "server", "usage_report", "distributor", "query_frontend", "querier",
         "backend_worker", "backend_scheduler", "metrics_generator", "storage", "overrides", "memberlist",
         "live_store", "block_builder", "multitenancy_enabled", "http_api_prefix", "cache"}
CONFIG = read_yaml(PATH, KNOWN, expanded=True)
STORE = CONFIG["storage"]["trace"]["s3"]
ACCESS = (STORE["endpoint"], STORE["access_key"], STORE["secret_key"])
try:
    status, body = s3.request(*ACCESS, "GET", f"/{STORE['bucket']}", query=[("list-type", "2")])
except OSError as error:
    die(f"error running Tempo: failed to create store: unexpected error from ListObjects on {STORE['bucket']}: {error}")
if status != 200:
    die(f"error running Tempo: failed to create store: unexpected error from ListObjects on {STORE['bucket']}: {status} {body.decode()}")


def take(handler):
    if handler.headers.get("Content-Type", "").split(";")[0] != "application/json":
        return handler.text(415, "this stand-in takes application/json only")
    data = handler.body()
    for resource in json.loads(data).get("resourceSpans", []):
        for scope in resource.get("scopeSpans", []):
            for span in scope.get("spans", []):
                s3.request(*ACCESS, "PUT", f"/{STORE['bucket']}/single-tenant/{span['traceId'].lower()}.json", data)
    return handler.json({"partialSuccess": {}})


def find(handler):
    code, data = s3.request(*ACCESS, "GET", f"/{STORE['bucket']}/single-tenant/{handler.route.split('/')[-1].lower()}.json")
    handler.send(code, data, "application/json") if code == 200 else handler.text(404, "trace not found")


def search(handler):
    # The shape of Tempo's answer; the real one also tells a trace's root, begin and duration, and searches by what is asked.
    code, data = s3.request(*ACCESS, "GET", f"/{STORE['bucket']}", query=[("list-type", "2"), ("prefix", "single-tenant/")])
    ids = re.findall(r"<Key>single-tenant/([0-9a-f]+)\.json</Key>", data.decode()) if code == 200 else []
    return handler.json({"traces": [{"traceID": one} for one in ids[:20]], "metrics": {"inspectedTraces": len(ids)}})


def take_zipkin(handler):
    spans = json.loads(handler.body() or b"null")
    if not isinstance(spans, list):
        return handler.text(400, "no spans")
    for span in spans:
        s3.request(*ACCESS, "PUT", f"/{STORE['bucket']}/single-tenant/{span['traceId'].lower()}.json", json.dumps(span).encode())
    return handler.text(202, "")


def take_thrift(handler):
    # Thrift itself is not read here: what came is kept as it is.
    if handler.headers.get("Content-Type", "").split(";")[0] not in ("application/x-thrift", "application/vnd.apache.thrift.binary"):
        return handler.text(400, "Unsupported content type")
    s3.request(*ACCESS, "PUT", f"/{STORE['bucket']}/single-tenant/thrift", handler.body())
    return handler.text(202, "")


receivers = CONFIG["distributor"]["receivers"]
protocols = receivers["otlp"]["protocols"]
jaeger = receivers.get("jaeger", {}).get("protocols", {})
unknown = set(receivers) - {"otlp", "zipkin", "jaeger", "kafka"}
if unknown:
    die(f"error running Tempo: receivers: unknown type: {', '.join(sorted(unknown))}")


def port(value):
    return int(value["endpoint"].rsplit(":", 1)[1])


OLDER = {}
if "zipkin" in receivers:
    OLDER[port(receivers["zipkin"])] = {"POST /api/v2/spans": take_zipkin, "GET /api/v2/spans": take_zipkin}
if "thrift_http" in jaeger:
    OLDER[port(jaeger["thrift_http"])] = {"POST /api/traces": take_thrift}
if "grpc" in jaeger:
    OLDER[port(jaeger["grpc"])] = {}
serve(IMAGE, {
    **OLDER,
    CONFIG["server"]["http_listen_port"]: {
        "GET /ready": lambda h: h.text(200, "ready"), "GET /metrics": metrics, "GET /api/traces/": find,
        "GET /api/search": search},
    int(protocols["http"]["endpoint"].rsplit(":", 1)[1]): {"POST /v1/traces": take},
    # gRPC itself is not spoken here: the port only accepts connections.
    int(protocols["grpc"]["endpoint"].rsplit(":", 1)[1]): {},
})
