"""Stand-in for Alloy in the cluster: reads its real configuration, ships the log lines of the pods that it names to the
Loki that it names, with the labels that its relabelling gives, and has the real Prometheus (as an agent) discover,
relabel, scrape and write what it says of metrics, with the token and so the rights of its own service account."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import urllib.request
from urllib.parse import urlsplit

import yaml

import api

DNS = "10.96.0.10"
FOLDER = "/run/standin/alloy"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN = re.compile(r'//[^\n]*|"((?:[^"\\]|\\.)*)"|([A-Za-z_][\w.]*)|([{}\[\](),=])|\d+|`([^`]*)`')


def resolve(name):
    """The address of a name as a pod gets it: from the cluster's DNS."""
    query = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"".join(
        bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(3)
        sock.sendto(query, (DNS, 53))
        answer = sock.recv(2048)
    if struct.unpack(">H", answer[6:8])[0] == 0:
        raise OSError(f"{name} has no address in the cluster")
    return ".".join(str(byte) for byte in answer[-4:])


def words_of(text):
    """Words of Alloy's syntax: ("text", …) for strings, ("name", …) for names, single characters for the rest."""
    for match in TOKEN.finditer(text):
        if match.group(0).startswith("//"):
            continue
        if match.group(1) is not None:
            yield ("text", match.group(1).replace('\\"', '"').replace("\\\\", "\\"))
        elif match.group(4) is not None:
            yield ("text", match.group(4))
        elif match.group(2):
            yield ("name", match.group(2))
        else:
            yield match.group(0)


def value(words):
    word = words.pop(0)
    if word == "[":
        found = []
        while words[0] != "]":
            found.append(value(words))
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        return found
    if word == "{":
        found = {}
        while words[0] != "}":
            key = words.pop(0)[1]
            words.pop(0)
            found[key] = value(words)
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        return found
    if isinstance(word, tuple):
        return {"true": True, "false": False}.get(word[1], word[1]) if word[0] == "name" else word[1]
    return word


def body(words):
    """A block's attributes, and its blocks as (name, label, body)."""
    attributes, blocks = {}, []
    while words and words[0] != "}":
        name = words.pop(0)[1]
        if words[0] == "=":
            words.pop(0)
            attributes[name] = value(words)
            continue
        label = words.pop(0)[1] if words[0] != "{" else ""
        words.pop(0)
        blocks.append((name, label, body(words)))
        words.pop(0)
    return attributes, blocks


def agent_of(config):
    """The metrics part of a configuration as Prometheus' own."""
    _, blocks = body(list(words_of(config)))
    named = {f"{name}.{label}": inner for name, label, inner in blocks}
    account = lambda path: path.replace(ACCOUNT, FOLDER)
    scrapes = []
    for name, label, (attributes, inner) in blocks:
        if name != "prometheus.scrape":
            continue
        # Back over its relabelling to what discovers.
        rules, source = [], attributes["targets"].rsplit(".", 1)[0]
        while source.startswith("discovery.relabel."):
            more, parts = named[source]
            rules = [rule for kind, _, (rule, _) in parts if kind == "rule"] + rules
            source = more["targets"].rsplit(".", 1)[0]
        found, parts = named[source]
        discovery = {"role": found["role"], "api_server": api.SERVER, "tls_config": {"ca_file": f"{FOLDER}/ca.crt"},
                     "authorization": {"credentials_file": f"{FOLDER}/token"}}
        spaces = next((one["names"] for kind, _, (one, _) in parts if kind == "namespaces"), None)
        if spaces:
            discovery["namespaces"] = {"names": spaces}
        scrape = {"job_name": f"{name}.{label}", "kubernetes_sd_configs": [discovery], "relabel_configs": rules,
                  # What Alloy does when nothing is said.
                  "scrape_interval": attributes.get("scrape_interval", "60s")}
        for key in ("scheme", "metrics_path"):
            if key in attributes:
                scrape[key] = attributes[key]
        if "bearer_token_file" in attributes:
            scrape["authorization"] = {"credentials_file": account(attributes["bearer_token_file"])}
        for kind, _, (one, _) in inner:
            if kind == "tls_config":
                scrape["tls_config"] = one
        scrapes.append(scrape)
    write, parts = next(inner for name, _, inner in blocks if name == "prometheus.remote_write")
    url = next(one["url"] for kind, _, (one, _) in parts if kind == "endpoint")
    return {"global": {"external_labels": write.get("external_labels", {})}, "scrape_configs": scrapes, "remote_write": [{"url": url}]}


class Alloy:
    def __init__(self, config, pods, log, account):
        self.pods, self.log, self.account, self.stopped = pods, log, account, threading.Event()
        self.namespaces = re.findall(r'"([^"]+)"', re.search(r"names = \[([^\]]*)\]", config).group(1))
        self.url = urlsplit(re.search(r'url = "([^"]+/loki/api/v1/push)"', config).group(1))
        self.extra = dict(re.findall(r'(\w+) = "([^"]*)"', re.search(r"external_labels = \{([^}]*)\}", config).group(1)))
        log(f"stand-in for grafana/alloy: logs of {', '.join(self.namespaces)} go to {self.url.netloc}; metrics go by a real Prometheus agent")
        self.agent = self.start(agent_of(config))
        threading.Thread(target=self.run, daemon=True).start()

    def start(self, config):
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.makedirs(FOLDER)
        namespace, name = self.account
        token = api.call("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token",
                         {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 86400}})
        shutil.copy(f"{api.PKI}/ca.crt", f"{FOLDER}/ca.crt")
        for file, text in (("token", token["status"]["token"]), ("resolv.conf", f"nameserver {DNS}\n"), ("prometheus.yml", yaml.safe_dump(config))):
            with open(f"{FOLDER}/{file}", "w", encoding="utf-8") as opened:
                opened.write(text)
        # It resolves names as a pod does.
        argv = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', f"{FOLDER}/resolv.conf",
                "prometheus", "--agent", f"--config.file={FOLDER}/prometheus.yml", f"--storage.agent.path={FOLDER}/data",
                "--web.listen-address=0.0.0.0:12345"]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, start_new_session=True)
        threading.Thread(target=self.read, args=(process,), daemon=True).start()
        return process

    def read(self, process):
        for line in process.stdout:
            self.log(line.rstrip())

    def run(self):
        sent = {}
        while not self.stopped.wait(1):
            for pod in list(self.pods()):
                if pod.namespace not in self.namespaces:
                    continue
                lines = pod.lines()
                fresh = lines[sent.get(pod.uid, 0):]
                if not fresh:
                    continue
                try:
                    self.push(pod, fresh)
                    sent[pod.uid] = len(lines)
                except OSError as error:
                    self.log(f"Loki cannot be reached: {error}")
                    break

    def push(self, pod, lines):
        labels = {**self.extra, "namespace": pod.namespace, "pod": pod.name, "instance": f"{pod.namespace}/{pod.name}:{pod.container['name']}",
                  "service_name": pod.labels.get("dev.macula/app") or pod.container["name"],
                  "container": pod.container["name"], "tier": "applications"}
        body = {"streams": [{"stream": labels, "values": [[str(int(at * 1e9)), text] for at, text in lines]}]}
        request = urllib.request.Request(f"http://{resolve(self.url.hostname)}:{self.url.port}{self.url.path}",
                                         json.dumps(body).encode(), {"Content-Type": "application/json", "Host": self.url.netloc})
        urllib.request.urlopen(request, timeout=5).close()

    def stop(self):
        self.stopped.set()
        if self.agent.poll() is None:
            os.killpg(self.agent.pid, signal.SIGTERM)
