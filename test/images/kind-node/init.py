#!/usr/bin/python3
"""The first process of the stand-in node: what systemd does in kind's own node image, for these few programs.

Real: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl (Kubernetes' own code), CoreDNS, nginx, and
Prometheus as the agent that discovers, scrapes and writes metrics for Alloy.
Stood in for: systemd (this), kubeadm (kubeadm.py), kubelet with containerd (kubelet.py), F5's controller around nginx
(in controller.py), Alloy (alloy.py), kindnet (none: one node, pods
are reached by their addresses) and kube-proxy (ports.py: the node's own ports)."""

import os
import signal
import subprocess
import sys
import time

READY = "/etc/kubernetes/admin.conf"
PROGRAMS = "/kind/programs"


def commands():
    """What is to run, by name; written by kubeadm, one program a file, one argument a line."""
    found = {}
    for name in sorted(os.listdir(PROGRAMS)) if os.path.isdir(PROGRAMS) else []:
        with open(f"{PROGRAMS}/{name}", encoding="utf-8") as file:
            found[name.split("-", 1)[1]] = file.read().splitlines()
    return found


def main():
    children = {}
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
    signal.signal(signal.SIGINT, lambda *_: ending.append(1))
    # What systemd of the node image uses to stop.
    signal.signal(signal.SIGRTMIN + 3, lambda *_: ending.append(1))
    for folder in ("/var/log/pods", "/var/lib/etcd", "/run/standin", "/var/log/standin"):
        os.makedirs(folder, exist_ok=True)
    print("stand-in for kindest/node: see test/images/kind-node", flush=True)
    # kind waits for this line of systemd's.
    print("Reached target Multi-User System.", flush=True)
    while not ending:
        if os.path.exists(READY):
            for name, argv in commands().items():
                child = children.get(name)
                if child is not None and child.poll() is None:
                    continue
                if child is not None:
                    print(f"{name} ended with {child.returncode}; it is started again", flush=True)
                log = open(f"/var/log/standin/{name}.log", "ab")
                children[name] = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        # Whatever a pod left behind.
        try:
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                for child in children.values():
                    if child.pid == pid:
                        child.returncode = -1
        except ChildProcessError:
            pass
        time.sleep(0.2)
    for child in reversed(list(children.values())):
        if child.poll() is None:
            child.terminate()
    until = time.time() + 8
    for child in reversed(list(children.values())):
        try:
            child.wait(max(0.1, until - time.time()))
        except subprocess.TimeoutExpired:
            child.kill()
    sys.exit(0)


main()
