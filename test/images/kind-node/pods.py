"""One pod of the stand-in kubelet: its image, its network name space, its program, its log."""

import base64
import datetime
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import alloy
import api
import controller
import images
import inside
import sides

BRIDGE, GATEWAY, DNS = "cni0", "10.244.0.1", "10.96.0.10"
used = set()


def ip(*args, check=True):
    subprocess.run(["ip", *args], check=check, capture_output=True)


def network():
    """The bridge of the pods, the service address of DNS, and the way out behind the node's own address."""
    ip("link", "add", BRIDGE, "type", "bridge", check=False)
    ip("addr", "add", f"{GATEWAY}/24", "dev", BRIDGE, check=False)
    ip("link", "set", BRIDGE, "up")
    ip("addr", "add", f"{DNS}/32", "dev", "lo", check=False)
    with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="utf-8") as file:
        file.write("1")
    rule = ["POSTROUTING", "-s", "10.244.0.0/24", "!", "-d", "10.244.0.0/24", "-j", "MASQUERADE"]
    iptables = "/usr/sbin/xtables-legacy-multi"
    if subprocess.run([iptables, "iptables", "-t", "nat", "-C", *rule], capture_output=True).returncode != 0:
        subprocess.run([iptables, "iptables", "-t", "nat", "-A", *rule], check=True, capture_output=True)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Pod:
    def __init__(self, obj, others):
        self.obj, self.others = obj, others
        self.uid, self.name, self.namespace = (obj["metadata"][key] for key in ("uid", "name", "namespace"))
        self.labels = obj["metadata"].get("labels", {})
        self.container = obj["spec"]["containers"][0]
        self.address, self.process, self.helper = "", None, None
        self.restarts, self.started, self.state, self.last, self.ready, self.missed = 0, None, {}, {}, False, 0
        self.kept, self.lock, self.over = [], threading.Lock(), threading.Event()
        self.born = now()
        self.short = self.uid.replace("-", "")[:8]
        self.root, self.env, self.running = f"/var/lib/standin/pods/{self.uid}", {}, set()
        self.sides = [sides.Side(self, container) for container in obj["spec"]["containers"][1:]] if self.kind() == "image" else []
        threading.Thread(target=self.live, daemon=True).start()

    # What is told

    def log(self, text):
        with self.lock:
            self.kept.append((time.time(), text))

    def lines(self):
        with self.lock:
            return list(self.kept)

    def event(self, kind, reason, message):
        """Told once, as the kubelet does: what the API server does not take in time is lost, and nothing waits for it."""
        try:
            api.call("POST", f"/api/v1/namespaces/{self.namespace}/events", {
                "apiVersion": "v1", "kind": "Event", "type": kind, "reason": reason, "message": message, "count": 1,
                "metadata": {"name": f"{self.name}.{random.getrandbits(60):x}", "namespace": self.namespace},
                "involvedObject": {"kind": "Pod", "name": self.name, "namespace": self.namespace, "uid": self.uid},
                "source": {"component": "kubelet"}, "firstTimestamp": now(), "lastTimestamp": now()})
        except OSError as error:
            print(f"{self.name}: {reason} is not told: {error!r}", flush=True)

    def tell(self):
        """Its status, told until the API server has it: what is lost here would stay as it was for good."""
        while not self.over.is_set():
            try:
                self.patch()
                return
            except OSError as error:
                print(f"{self.name}: its status is told again: {error!r}", flush=True)
                self.over.wait(0.5)

    def patch(self):
        running = "running" in self.state
        true = lambda value: "True" if value else "False"
        condition = lambda name, value: {"type": name, "status": true(value), "lastTransitionTime": self.born}
        status = {
            "phase": "Running" if running or self.restarts or self.last else "Pending", "startTime": self.born,
            "conditions": [condition("PodScheduled", True), condition("Initialized", True),
                           condition("ContainersReady", self.ready), condition("Ready", self.ready)],
            "containerStatuses": [{"name": self.container["name"], "image": self.container["image"], "imageID": "", "ready": self.ready,
                                   "started": running, "restartCount": self.restarts, "state": self.state, "lastState": self.last},
                                  *(side.status() for side in self.sides)]}
        if self.address:
            status |= {"podIP": self.address, "podIPs": [{"ip": self.address}]}
        body = {"status": status, "metadata": {"uid": self.uid}}
        api.call("PATCH", f"/api/v1/namespaces/{self.namespace}/pods/{self.name}/status", body, "application/merge-patch+json")

    def waiting(self, reason, message=""):
        self.state, self.ready = {"waiting": {"reason": reason, "message": message}}, False
        self.tell()

    # What is done

    def live(self):
        self.waiting("ContainerCreating")
        wait = 2
        while not self.over.is_set():
            try:
                config = self.fetch()
            except (images.Missing, OSError) as error:  # A registry may be late in the middle of a layer.
                self.event("Warning", "Failed", f'Failed to pull image "{self.container["image"]}": {error}')
                self.waiting("ErrImagePull", f"rpc error: code = NotFound desc = {error}")
                self.over.wait(1)
                self.waiting("ImagePullBackOff", f'Back-off pulling image "{self.container["image"]}": ErrImagePull: {error}')
                self.over.wait(wait)
                wait = min(wait * 2, 20)
                continue
            break
        wait = 2
        while not self.over.is_set():
            try:
                self.start(config)
            except (OSError, TypeError, subprocess.SubprocessError) as error:  # The API server may be away for a moment.
                print(f"{self.name} is started again: {error!r}", flush=True)
                if self.process and self.process.poll() is None:
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.over.wait(1)
                continue
            self.state, self.started = {"running": {"startedAt": now()}}, time.time()
            self.tell()
            code = self.attend()
            if self.over.is_set():
                return
            self.restarts += 1
            ended = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": now(), "finishedAt": now()}}
            self.last = ended
            self.event("Warning", "BackOff", f"Back-off restarting failed container {self.container['name']}")
            self.waiting("CrashLoopBackOff", f"back-off {wait}s restarting failed container={self.container['name']}")
            self.over.wait(wait)
            wait = min(wait * 2, 20)

    def kind(self):
        image = self.container["image"]
        for start, kind in (("nginx/nginx-ingress:", "ingress"), ("grafana/alloy:", "alloy"), ("registry.k8s.io/coredns/", "dns")):
            if image.startswith(start):
                return kind
        return "image"

    def fetch(self):
        inside.clear(self.root)
        return images.pull(self.container["image"], self.root) if self.kind() == "image" else {}

    def variables(self):
        found = {}
        for source in self.container.get("envFrom", []):
            secret = source.get("secretRef") and self.secret(source["secretRef"]["name"])
            if secret:
                found |= {key: base64.b64decode(value).decode() for key, value in (secret.get("data") or {}).items()}
        for one in self.container.get("env", []):
            key = (one.get("valueFrom") or {}).get("secretKeyRef")
            if "value" in one:
                found[one["name"]] = one["value"]
            elif key:
                data = (self.secret(key["name"]) or {}).get("data") or {}
                if key["key"] in data:
                    found[one["name"]] = base64.b64decode(data[key["key"]]).decode()
        return found

    def secret(self, name):
        return api.call("GET", f"/api/v1/namespaces/{self.namespace}/secrets/{name}")

    def mount(self):
        """Secrets as files, as they are when it starts; other volumes are not mounted."""
        for volume in self.obj["spec"].get("volumes", []):
            place = next((one["mountPath"] for one in self.container.get("volumeMounts", []) if one["name"] == volume["name"]), None)
            if "secret" not in volume or place is None:
                continue
            data = (self.secret(volume["secret"]["secretName"]) or {}).get("data") or {}
            names = {item["key"]: item["path"] for item in volume["secret"].get("items", [])} or {key: key for key in data}
            os.makedirs(f"{self.root}{place}", exist_ok=True)
            for key, path in names.items():
                if key in data:
                    with open(f"{self.root}{place}/{path}", "wb") as file:
                        file.write(base64.b64decode(data[key]))

    def file_of(self, suffix):
        for volume in self.obj["spec"].get("volumes", []):
            if "configMap" in volume:
                data = (api.call("GET", f"/api/v1/namespaces/{self.namespace}/configmaps/{volume['configMap']['name']}") or {}).get("data", {})
                for name, text in data.items():
                    if name.endswith(suffix):
                        return text
        return ""

    def start(self, config):
        kind = self.kind()
        if kind == "ingress":
            self.address, self.helper = GATEWAY, controller.Controller(self.log)
        elif kind == "alloy":
            account = (self.namespace, self.obj["spec"].get("serviceAccountName", "default"))
            self.address, self.helper = GATEWAY, alloy.Alloy(self.file_of(".alloy"), self.others, self.log, account)
        elif kind == "dns":
            self.address = DNS
            self.names()
        else:
            self.wire()
            os.makedirs(f"{self.root}/etc", exist_ok=True)
            with open(f"{self.root}/etc/resolv.conf", "w", encoding="utf-8") as file:
                file.write(f"nameserver {DNS}\nsearch {self.namespace}.svc.cluster.local svc.cluster.local cluster.local\n")
            self.mount()
            inside.furnish(self.root)
            env = dict(one.split("=", 1) for one in config.get("Env") or []) | self.variables() | {"HOSTNAME": self.name, "POD_IP": self.address}
            argv = (self.container.get("command") or config.get("Entrypoint") or []) + (self.container.get("args") or config.get("Cmd") or [])
            self.env = {"PATH": inside.PATH, **env}
            self.run(["ip", "netns", "exec", self.short, "chroot", self.root, *argv], env)
            for side in self.sides:
                side.start()
        self.event("Normal", "Started", f"Started container {self.container['name']}")

    def run(self, argv, env=None):
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        env=env if env is None else {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **env}, start_new_session=True)
        threading.Thread(target=self.read, args=(self.process,), daemon=True).start()

    def place(self, name):
        """Where a program is run in one of its containers; None where that does not run."""
        if name == self.container["name"]:
            return self if self.kind() == "image" and self.process and self.process.poll() is None else None
        return next((side for side in self.sides if side.container["name"] == name and side.runs()), None)

    def read(self, process):
        for line in process.stdout:
            self.log(line.decode("utf-8", "replace").rstrip("\n"))

    def names(self):
        """The real CoreDNS, with the Corefile of the cluster and a token of its own."""
        folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        os.makedirs(folder, exist_ok=True)
        token = api.call("POST", "/api/v1/namespaces/kube-system/serviceaccounts/coredns/token",
                         {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 86400}})
        shutil.copy(f"{api.PKI}/ca.crt", f"{folder}/ca.crt")
        for name, text in (("token", token["status"]["token"]), ("namespace", "kube-system")):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        corefile = api.call("GET", "/api/v1/namespaces/kube-system/configmaps/coredns")["data"]["Corefile"]
        with open("/run/standin/Corefile", "w", encoding="utf-8") as file:
            file.write(corefile)
        self.run(["/usr/local/bin/coredns", "-conf", "/run/standin/Corefile"],
                 {**os.environ, "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"})

    def wire(self):
        if self.address:
            return
        last = next(n for n in range(10, 250) if n not in used)
        used.add(last)
        self.address = f"10.244.0.{last}"
        ip("netns", "del", self.short, check=False)
        ip("netns", "add", self.short)
        ip("link", "add", f"v{self.short}", "type", "veth", "peer", "name", "eth0", "netns", self.short)
        ip("link", "set", f"v{self.short}", "master", BRIDGE, "up")
        for args in (["addr", "add", f"{self.address}/24", "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"],
                     ["route", "add", "default", "via", GATEWAY]):
            ip("-n", self.short, *args)

    def usage(self):
        """Bytes of memory and seconds of CPU that its program takes; None while it does not run."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="utf-8") as file:
                pages = int(file.read().split()[1])
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
                times = file.read().rsplit(")", 1)[1].split()[11:13]
            return pages * os.sysconf("SC_PAGE_SIZE"), sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
        except (AttributeError, OSError, IndexError):
            return None

    def is_ready(self):
        """One that answered is taken for gone after three tries without an answer, as by the kubelet."""
        if self.answers():
            self.missed = 0
            return True
        self.missed += 1
        return self.ready and self.missed < 3

    def answers(self):
        """Its readiness probe, asked as the kubelet does; without one it is ready as soon as it runs."""
        probe = self.container.get("readinessProbe") or {}
        kind = self.kind()
        if kind == "dns":
            return True
        if "exec" in probe:
            command = ["ip", "netns", "exec", self.short, "chroot", self.root, *probe["exec"]["command"]]
            try:
                return subprocess.run(command, capture_output=True, timeout=5).returncode == 0
            except subprocess.TimeoutExpired:
                return False
        get, connect = probe.get("httpGet"), probe.get("tcpSocket")
        if get is None and connect is None:
            return True
        port = (get or connect)["port"]
        if isinstance(port, str):
            port = next(one["containerPort"] for one in self.container["ports"] if one.get("name") == port)
        address = "127.0.0.1" if kind == "ingress" else self.address
        try:
            if get is None:
                socket.create_connection((address, port), 1).close()
                return True
            with urllib.request.urlopen(f"http://{address}:{port}{get.get('path', '/')}", timeout=1) as answer:
                return answer.status < 400
        except OSError:
            return False

    def attend(self):
        """Until its program ends: the exit code."""
        while not self.over.is_set():
            if self.process is not None and self.process.poll() is not None:
                time.sleep(0.2)
                return self.process.returncode
            ready = self.is_ready()
            if ready != self.ready:
                self.ready = ready
                self.tell()
            self.over.wait(0.3)
        return 0

    def end(self):
        self.over.set()
        inside.end_all(self)
        for side in self.sides:
            side.end()
        if self.helper:
            self.helper.stop()
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.address.startswith("10.244.0.") and self.address != GATEWAY:
            ip("netns", "del", self.short, check=False)
            used.discard(int(self.address.rsplit(".", 1)[1]))
        inside.clear(self.root)
        shutil.rmtree(self.root, ignore_errors=True)
        api.call("DELETE", f"/api/v1/namespaces/{self.namespace}/pods/{self.name}", {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}})
