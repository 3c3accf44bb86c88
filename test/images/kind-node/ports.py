"""Stand-in for kube-proxy and the portmap plugin of the container network, as far as the node's own ports go: hostPort of pods, and
the node ports of Services, TCP and UDP, led to ready pods by DNAT, for whoever asks an address of the node: this machine, pods of
it and of other clusters. Addresses of Services are not served, and of several pods the first gets all."""

import subprocess
import threading
import time

import api
import controller

IPTABLES = "/usr/sbin/xtables-legacy-multi"
CHAIN = "STANDIN-PORTS"
PODS = "10.244.0.0/24"


def iptables(*args):
    return subprocess.run([IPTABLES, "iptables", "-w", "-t", "nat", *args], capture_output=True, text=True)


def wanted(pods):
    """(protocol, port of the node, address:port of a pod), those of pods first."""
    found = []
    for pod in pods:
        for port in pod.container.get("ports", []):
            if pod.address and "hostPort" in port:
                found.append((port.get("protocol", "TCP").lower(), port["hostPort"], f"{pod.address}:{port['containerPort']}"))
    backends = controller.backends()
    for service in api.call("GET", "/api/v1/services")["items"]:
        meta = service["metadata"]
        for port in service["spec"].get("ports", []):
            to = backends.get((meta["namespace"], meta["name"], port.get("name") or str(port["port"])))
            if port.get("nodePort") and to:
                found.append((port.get("protocol", "TCP").lower(), port["nodePort"], to[0]))
    return found


def lead(pods):
    """Keeps the rules as the cluster is; `pods`: gives those that run here."""
    # A chain of its own, so that one restore replaces all of it.
    iptables("-N", CHAIN)
    for rule in (
        ["PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", CHAIN],
        # A pod that asks the node for another pod of it: the answer must come back the same way.
        ["POSTROUTING", "-s", PODS, "-d", PODS, "-m", "conntrack", "--ctstate", "DNAT", "-j", "MASQUERADE"],
    ):
        if iptables("-C", *rule).returncode != 0:
            iptables("-A", *rule)
    before = None
    while True:
        try:
            rules = wanted(pods())
            if rules != before:
                lines = [f"-A {CHAIN} -p {kind} -m {kind} --dport {port} -j DNAT --to-destination {to}" for kind, port, to in rules]
                text = "\n".join(["*nat", f":{CHAIN} - [0:0]", *lines, "COMMIT", ""])
                done = subprocess.run([IPTABLES, "iptables-restore", "-w", "--noflush"], input=text, capture_output=True, text=True)
                if done.returncode != 0:
                    print(f"ports: {done.stderr}", flush=True)
                else:
                    before = rules
        except Exception as error:  # The API server may be away for a moment.
            print(f"ports: {error!r}", flush=True)
        time.sleep(0.5)


def start(pods):
    threading.Thread(target=lead, args=(pods,), daemon=True).start()
