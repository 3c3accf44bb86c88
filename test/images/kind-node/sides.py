"""A further container of a pod: its own image and root, the network of the pod. It is started once and not watched."""

import os
import shutil
import signal
import subprocess

import images
import inside


class Side:
    def __init__(self, pod, container):
        self.pod, self.container, self.process = pod, container, None
        self.root, self.env, self.running = f"{pod.root}-{container['name']}", {}, set()

    @property
    def short(self):
        return self.pod.short

    def start(self):
        if self.runs():
            return
        inside.clear(self.root)
        try:
            config = images.pull(self.container["image"], self.root)
        except images.Missing:
            return
        inside.furnish(self.root)
        argv = (self.container.get("command") or config.get("Entrypoint") or []) + (self.container.get("args") or config.get("Cmd") or [])
        self.env = {"PATH": inside.PATH, **dict(one.split("=", 1) for one in config.get("Env") or []),
                    **{one["name"]: one["value"] for one in self.container.get("env", []) if "value" in one}, "HOSTNAME": self.pod.name}
        self.process = subprocess.Popen(["ip", "netns", "exec", self.short, "chroot", self.root, *argv], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=self.env, start_new_session=True)

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def status(self):
        state = ({"running": {}} if self.runs() else {"waiting": {"reason": "ContainerCreating"}} if self.process is None else
                 {"terminated": {"exitCode": self.process.returncode, "reason": "Error"}})
        return {"name": self.container["name"], "image": self.container["image"], "imageID": "", "ready": self.runs(), "started": self.runs(),
                "restartCount": 0, "state": state, "lastState": {}}

    def end(self):
        inside.end_all(self)
        if self.runs():
            os.killpg(self.process.pid, signal.SIGKILL)
        inside.clear(self.root)
        shutil.rmtree(self.root, ignore_errors=True)
