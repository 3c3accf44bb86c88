#!/usr/bin/python3
"""Stand-in for kubeadm: certificates, the programs of the control plane, and what kubeadm puts into a new cluster."""

import base64
import ipaddress
import os
import subprocess
import sys
import time

import yaml

PKI = "/etc/kubernetes/pki"
PROGRAMS = "/kind/programs"
DNS = "10.96.0.10"


def openssl(*args, **options):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)


def authority():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-subj", "/CN=kubernetes", "-keyout", f"{PKI}/ca.key", "-out", f"{PKI}/ca.crt",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,digitalSignature")


def certificate(name, subject, names=()):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
            "-keyout", f"{PKI}/{name}.key", "-out", f"{PKI}/{name}.csr")
    with open(f"{PKI}/{name}.ext", "w", encoding="utf-8") as file:
        file.write("keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n")
        if names:
            file.write("subjectAltName=" + ",".join(names) + "\n")
    openssl("x509", "-req", "-days", "3650", "-in", f"{PKI}/{name}.csr", "-CA", f"{PKI}/ca.crt", "-CAkey",
            f"{PKI}/ca.key", "-CAcreateserial", "-extfile", f"{PKI}/{name}.ext", "-out", f"{PKI}/{name}.crt")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def kubeconfig(path, server, user, certificate_name):
    encode = lambda file: base64.b64encode(read(file)).decode()
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump({
            "apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": f"{user}@kind",
            "clusters": [{"name": "kind", "cluster": {
                "server": server, "certificate-authority-data": encode(f"{PKI}/ca.crt")}}],
            "contexts": [{"name": f"{user}@kind", "context": {"cluster": "kind", "user": user}}],
            "users": [{"name": user, "user": {
                "client-certificate-data": encode(f"{PKI}/{certificate_name}.crt"),
                "client-key-data": encode(f"{PKI}/{certificate_name}.key")}}],
        }, file)
    os.chmod(path, 0o600)


def program(order, name, *argv):
    os.makedirs(PROGRAMS, exist_ok=True)
    with open(f"{PROGRAMS}/{order}-{name}.new", "w", encoding="utf-8") as file:
        file.write("\n".join(argv) + "\n")
    os.rename(f"{PROGRAMS}/{order}-{name}.new", f"{PROGRAMS}/{order}-{name}")


def settings():
    with open("/kind/kubeadm.conf", encoding="utf-8") as file:
        documents = [doc for doc in yaml.safe_load_all(file) if doc]
    cluster = next(doc for doc in documents if doc["kind"] == "ClusterConfiguration")
    init = next(doc for doc in documents if doc["kind"] == "InitConfiguration")
    names = (cluster.get("apiServer") or {}).get("certSANs") or []
    extra = (init.get("nodeRegistration") or {}).get("kubeletExtraArgs") or []
    pairs = {one["name"]: one["value"] for one in extra} if isinstance(extra, list) else extra
    return cluster, names, pairs.get("node-labels", ""), (init.get("localAPIEndpoint") or {}).get("advertiseAddress")


CORE = """
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        errors
        health {
           lameduck 5s
        }
        ready
        kubernetes cluster.local in-addr.arpa ip6.arpa {
           pods insecure
           fallthrough in-addr.arpa ip6.arpa
           ttl 30
        }
        prometheus :9153
        forward . /etc/resolv.conf {
           max_concurrent 1000
        }
        cache 30
        loop
        reload
        loadbalance
    }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: coredns, namespace: kube-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: 'system:coredns' }
rules:
  - { apiGroups: [''], resources: [endpoints, services, pods, namespaces], verbs: [list, watch] }
  - { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: 'system:coredns' }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:coredns' }
subjects: [{ kind: ServiceAccount, name: coredns, namespace: kube-system }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  replicas: 1
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec:
      tolerations: [{ operator: Exists }]
      containers:
        - { name: coredns, image: 'registry.k8s.io/coredns/coredns:v1.14.1', args: [-conf, /etc/coredns/Corefile] }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  clusterIP: %s
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP }, { name: dns-tcp, port: 53, protocol: TCP }]
""" % DNS


def kubectl(*args, **options):
    return subprocess.run(["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *args], capture_output=True, text=True, **options)


def wait(what, works):
    until = time.time() + 120
    while not works():
        if time.time() > until:
            sys.exit(f"kubeadm: {what} did not come up within 120 s; /var/log/standin tells why")
        time.sleep(0.2)


def init():
    _, names, labels, address = settings()
    host = os.uname().nodename
    os.makedirs(PKI, exist_ok=True)
    authority()
    isip = lambda text: text.replace(".", "").isdigit() or ":" in text
    every = dict.fromkeys([host, "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
                           "10.96.0.1", "127.0.0.1", address, *names])
    certificate("apiserver", "/CN=kube-apiserver",
                [f"IP:{ipaddress.ip_address(name)}" if isip(name) else f"DNS:{name}" for name in every])
    certificate("admin", "/O=system:masters/CN=kubernetes-admin")
    certificate("controller-manager", "/CN=system:kube-controller-manager")
    certificate("scheduler", "/CN=system:kube-scheduler")
    certificate("kubelet", f"/O=system:masters/CN=system:node:{host}")
    openssl("genrsa", "-out", f"{PKI}/sa.key", "2048")
    openssl("rsa", "-in", f"{PKI}/sa.key", "-pubout", "-out", f"{PKI}/sa.pub")
    local = "https://127.0.0.1:6443"
    kubeconfig("/etc/kubernetes/controller-manager.conf", local, "controller-manager", "controller-manager")
    kubeconfig("/etc/kubernetes/scheduler.conf", local, "scheduler", "scheduler")
    kubeconfig("/etc/kubernetes/kubelet.conf", local, "kubelet", "kubelet")
    program(10, "etcd", "/usr/local/bin/etcd", "--data-dir=/var/lib/etcd", "--listen-client-urls=http://127.0.0.1:2379",
            "--advertise-client-urls=http://127.0.0.1:2379", "--listen-peer-urls=http://127.0.0.1:2380",
            "--initial-advertise-peer-urls=http://127.0.0.1:2380", "--initial-cluster=default=http://127.0.0.1:2380",
            "--unsafe-no-fsync")
    program(20, "apiserver", "/usr/local/bin/kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", "--secure-port=6443",
            f"--client-ca-file={PKI}/ca.crt", f"--tls-cert-file={PKI}/apiserver.crt",
            f"--tls-private-key-file={PKI}/apiserver.key", f"--service-account-key-file={PKI}/sa.pub",
            f"--service-account-signing-key-file={PKI}/sa.key", "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
            f"--kubelet-client-certificate={PKI}/admin.crt", f"--kubelet-client-key={PKI}/admin.key",
            "--kubelet-preferred-address-types=InternalIP", "--endpoint-reconciler-type=none")
    program(30, "controller-manager", "/usr/local/bin/kube-controller-manager",
            "--kubeconfig=/etc/kubernetes/controller-manager.conf", f"--root-ca-file={PKI}/ca.crt",
            f"--service-account-private-key-file={PKI}/sa.key", "--use-service-account-credentials=true",
            "--leader-elect=false", "--controllers=*,-bootstrapsigner,-tokencleaner")
    program(40, "scheduler", "/usr/local/bin/kube-scheduler", "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=false")
    program(50, "kubelet", "/usr/local/bin/kubelet", f"--node-labels={labels}")
    # The last: from now on init runs the programs.
    kubeconfig("/etc/kubernetes/admin.conf", f"https://{host}:6443", "kubernetes-admin", "admin")
    print("[wait-control-plane] Waiting for the API server", file=sys.stderr, flush=True)
    wait("the API server", lambda: kubectl("get", "--raw", "/readyz").returncode == 0)
    wait("the node", lambda: host in kubectl("get", "nodes", "-o", "name").stdout)
    kubectl("label", "node", host, "node-role.kubernetes.io/control-plane=", "--overwrite")
    kubectl("taint", "node", host, "node-role.kubernetes.io/control-plane:NoSchedule")
    applied = kubectl("apply", "-f", "-", input=CORE)
    if applied.returncode != 0:
        sys.exit(f"kubeadm: {applied.stderr}")
    print("Your Kubernetes control-plane has initialized successfully!", flush=True)


if len(sys.argv) > 1 and sys.argv[1] == "init":
    init()
elif len(sys.argv) > 1 and sys.argv[1] in ("version", "config"):
    print("v1.37.2 (stand-in)")
else:
    sys.exit(f"kubeadm: the stand-in knows init only, not {' '.join(sys.argv[1:])}")
