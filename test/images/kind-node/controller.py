"""Stand-in for F5's NGINX Ingress Controller: the real nginx, configured from the cluster's Ingress objects, its ConfigMap
and the ready addresses of EndpointSlices as f5.py says."""

import os
import re
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import api
import f5

CONF = "/run/standin/nginx.conf"
STATUS = "/run/standin/status.sock"
PID = "/run/standin/nginx.pid"


def backends():
    """Ready addresses by (namespace, service, port name or number as text)."""
    slices = api.call("GET", "/apis/discovery.k8s.io/v1/endpointslices")["items"]
    services = api.call("GET", "/api/v1/services")["items"]
    found = {}
    for service in services:
        namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
        for port in service["spec"].get("ports", []):
            addresses = []
            for one in slices:
                if one["metadata"]["namespace"] != namespace or one["metadata"].get("labels", {}).get("kubernetes.io/service-name") != name:
                    continue
                target = next((p["port"] for p in one.get("ports") or [] if (p.get("name") or "") == (port.get("name") or "")), None)
                for endpoint in one.get("endpoints") or []:
                    if target and (endpoint.get("conditions") or {}).get("ready"):
                        addresses += [f"{address}:{target}" for address in endpoint["addresses"]]
            for key in {port.get("name"), str(port["port"])} - {None}:
                found[(namespace, name, key)] = addresses
    return found


def configuration(log):
    settings = api.call("GET", "/api/v1/namespaces/nginx-ingress/configmaps/nginx-config") or {}
    ingresses = api.call("GET", "/apis/networking.k8s.io/v1/ingresses")["items"]
    return f5.render(ingresses, backends(), settings.get("data") or {}, STATUS, log)


class Metrics(BaseHTTPRequestHandler):
    """The requests that nginx counts, under the name that the real controller gives them."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(2)
                sock.connect(STATUS)
                sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
                text = b"".join(iter(lambda: sock.recv(4096), b"")).decode()
            count = re.search(r"requests\s+\d+\s+\d+\s+(\d+)", text).group(1)
        except (OSError, AttributeError):
            return self.send_error(503)
        body = f"# TYPE nginx_ingress_nginx_http_requests_total counter\nnginx_ingress_nginx_http_requests_total {count}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Controller:
    """Runs nginx until stopped, and configures it anew whenever what it is made from changed."""

    def __init__(self, log):
        self.log, self.stopped, self.process, self.told = log, threading.Event(), None, set()
        self.metrics = ThreadingHTTPServer(("0.0.0.0", 9113), Metrics)
        threading.Thread(target=self.run, daemon=True).start()
        threading.Thread(target=self.metrics.serve_forever, daemon=True).start()

    def run(self):
        before = None
        while not self.stopped.is_set():
            try:
                text = configuration(self.once)
            except Exception as error:  # The API server may be away for a moment.
                self.log(f"cannot read the cluster: {error}")
                time.sleep(1)
                continue
            if (text != before or not self.runs()) and not self.begins():
                with open(f"{CONF}.new", "w", encoding="utf-8") as file:
                    file.write(text)
                tested = subprocess.run(["nginx", "-t", "-q", "-c", f"{CONF}.new"], capture_output=True, text=True)
                if tested.returncode != 0:
                    self.once(f"the configuration is refused: {tested.stderr.strip()}")
                else:
                    os.rename(f"{CONF}.new", CONF)
                    if not self.runs():
                        for path in ("/run/standin/502.sock", STATUS, PID):
                            if os.path.exists(path):
                                os.unlink(path)
                        self.process = subprocess.Popen(["nginx", "-c", CONF, "-g", "daemon off;"], stdout=subprocess.PIPE,
                                                        stderr=subprocess.STDOUT, text=True)
                        threading.Thread(target=self.read, args=(self.process,), daemon=True).start()
                    else:
                        self.process.send_signal(1)
                    self.log("nginx is configured")
                    before = text
            self.stopped.wait(0.5)
        if self.process:
            self.process.terminate()

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def begins(self):
        """Until it has written its pid nginx takes no signal: the one that has it read anew would end it."""
        if not self.runs():
            return False
        try:
            with open(PID, encoding="utf-8") as file:
                return file.read().strip() != str(self.process.pid)
        except OSError:
            return True

    def once(self, text):
        """Told once, not at each look."""
        if text not in self.told:
            self.told.add(text)
            self.log(text)

    def read(self, process):
        for line in process.stdout:
            self.log(line.rstrip())

    def stop(self):
        self.stopped.set()
        self.metrics.shutdown()
        self.metrics.server_close()
