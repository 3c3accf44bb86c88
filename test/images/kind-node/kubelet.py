#!/usr/bin/python3
"""Stand-in for the kubelet with containerd: one node. Images of registries that the node is led to are really pulled,
unpacked and run, each pod in a network name space of its own, and kubectl runs programs in them (inside.py); the ingress
controller, Alloy and CoreDNS are run as controller.py, alloy.py and pods.py say."""

import datetime
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, "/usr/local/lib/standin")
import api
import inside
import pods as podlib
import ports

NODE = os.uname().nodename
pods = {}


def register():
    labels = dict(one.split("=", 1) for word in sys.argv[1:] if word.startswith("--node-labels=") for one in word.split("=", 1)[1].split(",") if one)
    with open("/etc/hosts", encoding="utf-8") as file:
        address = next(line.split()[0] for line in file if NODE in line.split()[1:] and "." in line.split()[0])
    node = ({"apiVersion": "v1", "kind": "Node", "metadata": {
        "name": NODE, "labels": {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **labels}},
        "spec": {"podCIDR": "10.244.0.0/24"}})
    while True:
        stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        status = {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "stand-in", "lastHeartbeatTime": stamp, "lastTransitionTime": stamp}],
                  "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": NODE}],
                  "capacity": {"cpu": "2", "memory": "8Gi", "pods": "110"}, "allocatable": {"cpu": "2", "memory": "8Gi", "pods": "110"},
                  # So the API server hands a WebSocket on as it is; else it speaks SPDY to kubelets.
                  "declaredFeatures": ["ExtendWebSocketsToKubelet"],
                  "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
                  "nodeInfo": {"kubeletVersion": "v1.37.2-standin", "osImage": "stand-in", "containerRuntimeVersion": "standin://0", "kernelVersion": "", "machineID": "",
                               "systemUUID": "", "bootID": "", "operatingSystem": "linux", "architecture": "amd64", "kubeProxyVersion": ""}}
        try:
            api.call("POST", "/api/v1/nodes", node)
            api.call("PATCH", f"/api/v1/nodes/{NODE}/status", {"status": status}, "application/merge-patch+json")
        except OSError:
            # The API server is still starting.
            time.sleep(0.3)
            continue
        time.sleep(8)


class Kubelet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        parts, query = url.path.strip("/").split("/"), {key: value[0] for key, value in parse_qs(url.query).items()}
        if parts[0] == "containerLogs" and len(parts) == 4:
            return self.logs(next((pod for pod in pods.values() if (pod.namespace, pod.name) == (parts[1], parts[2])), None), parts[3], query)
        if parts[0] == "exec" and len(parts) == 4:
            return self.exec(*parts[1:], parse_qs(url.query, keep_blank_values=True))
        if parts[0] == "metrics":
            return self.metrics(cadvisor=parts[1:] == ["cadvisor"])
        self.answer(200 if parts[0] == "healthz" else 404, b"")

    def metrics(self, cadvisor):
        """Its own, or those of the pods' programs (one process each); asks the API server who may read them, as the real one does."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        review = lambda group, kind, spec: api.call("POST", f"/apis/{group}/v1/{kind.lower()}s", {"apiVersion": f"{group}/v1", "kind": kind, "spec": spec})["status"]
        who = review("authentication.k8s.io", "TokenReview", {"token": token}) if token else {}
        if not who.get("authenticated"):
            return self.answer(401, b"Unauthorized")
        asked = {"verb": "get", "resource": "nodes", "subresource": "metrics", "name": NODE}
        spec = {"user": who["user"]["username"], "groups": who["user"].get("groups", []), "resourceAttributes": asked}
        if not review("authorization.k8s.io", "SubjectAccessReview", spec)["allowed"]:
            return self.answer(403, b"Forbidden")
        if not cadvisor:
            return self.answer(200, f"# TYPE kubelet_running_pods gauge\nkubelet_running_pods {len(pods)}\n".encode())
        lines = {"container_memory_working_set_bytes gauge": [], "container_cpu_usage_seconds_total counter": []}
        for pod in list(pods.values()):
            used = pod.usage()
            labels = f'{{namespace="{pod.namespace}",pod="{pod.name}",container="{pod.container["name"]}"}}'
            for (head, found), number in zip(lines.items(), used or ()):
                found.append(f"{head.split()[0]}{labels} {number}")
        self.answer(200, "".join("\n".join([f"# TYPE {head}", *found]) + "\n" for head, found in lines.items()).encode())

    def exec(self, namespace, name, container, query):
        pod = next((pod for pod in pods.values() if (pod.namespace, pod.name) == (namespace, name)), None)
        if pod is None:
            return self.answer(404, b"pod does not exist")
        place = pod.place(container)
        if place is None:
            return self.answer(500, f'container not found ("{container}")'.encode())
        inside.answer(self, place, query)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def logs(self, pod, container, query):
        if pod is None:
            return self.answer(404, b"no such pod here")
        told = pod.lines if container == pod.container["name"] else list
        stamp = lambda at: datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z "
        since = datetime.datetime.fromisoformat(query["sinceTime"].replace("Z", "+00:00")).timestamp() if "sinceTime" in query else 0
        write = lambda lines: b"".join(((stamp(at) if query.get("timestamps") == "true" else "") + text + "\n").encode() for at, text in lines if at >= since)
        lines = told()
        seen = len(lines)
        if "tailLines" in query:
            lines = lines[-int(query["tailLines"]):] if int(query["tailLines"]) else []
        if query.get("follow") != "true":
            return self.answer(200, write(lines))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(write(lines))
        self.wfile.flush()
        while not pod.over.wait(0.2):
            fresh = told()
            if len(fresh) > seen:
                self.wfile.write(write(fresh[seen:]))
                self.wfile.flush()
                seen = len(fresh)
        self.close_connection = True


def serve():
    server = ThreadingHTTPServer(("0.0.0.0", 10250), Kubelet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{api.PKI}/kubelet.crt", f"{api.PKI}/kubelet.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    server.serve_forever()


def main():
    podlib.network()
    threading.Thread(target=register, daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    ports.start(lambda: list(pods.values()))
    while True:
        try:
            for kind, obj in api.watch(f"/api/v1/pods?fieldSelector=spec.nodeName%3D{NODE}"):
                uid = obj["metadata"].get("uid")
                if kind == "DELETED" or obj["metadata"].get("deletionTimestamp"):
                    pod = pods.pop(uid, None)
                    if pod:
                        threading.Thread(target=pod.end, daemon=True).start()
                    elif kind != "DELETED":
                        api.call("DELETE", f"/api/v1/namespaces/{obj['metadata']['namespace']}/pods/{obj['metadata']['name']}", {"gracePeriodSeconds": 0})
                elif uid not in pods:
                    pods[uid] = podlib.Pod(obj, lambda: list(pods.values()))
        except OSError:
            time.sleep(0.5)
        except Exception as error:
            print(f"kubelet: {error!r}", flush=True)
            time.sleep(1)


main()
