#!/usr/bin/python3
"""Stand-in for grafana/tempo:3.0.3: takes OTLP traces as JSON, keeps each as an object in its bucket (signed
requests), and finds them again. Without the object store or the bucket it ends at its start, as the real one."""

import json
import sys

sys.path.insert(0, "/usr/local/lib/standin")
import s3
from standin import check, die, expand, metrics, option, read_yaml, serve

IMAGE = "grafana/tempo:3.0.3"
if "-health" in sys.argv:
    check("http://127.0.0.1:3200/ready")
PATH = option("config.file") or die("-config.file is missing")
# `ingester`, `compactor` and `metrics_generator_client` of version 2 are refused by version 3.
KNOWN = {"target", "stream_over_http_enabled", "server", "usage_report", "distributor", "query_frontend", "querier",
         "backend_worker", "backend_scheduler", "metrics_generator", "storage", "overrides", "memberlist",
         "live_store", "block_builder", "multitenancy_enabled", "http_api_prefix", "cache"}
CONFIG = expand(read_yaml(PATH, KNOWN))
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


protocols = CONFIG["distributor"]["receivers"]["otlp"]["protocols"]
serve(IMAGE, {
    CONFIG["server"]["http_listen_port"]: {
        "GET /ready": lambda h: h.text(200, "ready"), "GET /metrics": metrics, "GET /api/traces/": find},
    int(protocols["http"]["endpoint"].rsplit(":", 1)[1]): {"POST /v1/traces": take},
    # gRPC itself is not spoken here: the port only accepts connections.
    int(protocols["grpc"]["endpoint"].rsplit(":", 1)[1]): {},
})
