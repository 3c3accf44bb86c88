"""Programs that `kubectl exec` runs in pods: the kubelet's end of a WebSocket of v5.channel.k8s.io (a channel a stream, 255
closes one). As with containerd a program outlives a connection that breaks: only its input is at its end then."""

import base64
import fcntl
import hashlib
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios

PROTOCOL = "v5.channel.k8s.io"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
IN, OUT, ERR, STATUS, SIZE, CLOSE = 0, 1, 2, 3, 4, 255
MOST = 1 << 20
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def furnish(root):
    """What every container has besides its image: /proc and /dev/null."""
    for folder in ("proc", "dev"):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    if not os.path.lexists(f"{root}/dev/null"):
        open(f"{root}/dev/null", "xb").close()
    for place, argv in (("proc", ["-t", "proc", "proc"]), ("dev/null", ["--bind", "/dev/null"])):
        if not is_mounted(f"{root}/{place}"):
            subprocess.run(["mount", *argv, f"{root}/{place}"], check=True, capture_output=True)


def clear(root):
    """Before anything below is removed."""
    for place in ("proc", "dev/null"):
        if is_mounted(f"{root}/{place}"):
            subprocess.run(["umount", "-l", f"{root}/{place}"], check=True, capture_output=True)


def is_mounted(path):
    with open("/proc/self/mounts", encoding="utf-8") as file:
        return any(line.split()[1] == path for line in file)


class Socket:
    """One thread reads and writes: OpenSSL's objects are of one."""

    def __init__(self, connection):
        self.connection, self.bytes, self.message = connection, b"", b""

    def send(self, opcode, payload):
        length = len(payload)
        head = bytes([length]) if length < 126 else b"\x7e" + struct.pack(">H", length) if length < 65536 else b"\x7f" + struct.pack(">Q", length)
        self.connection.sendall(bytes([0x80 | opcode]) + head + payload)

    def frame(self):
        """The first frame of what was read: whether it is the last of its message, opcode, payload; None while it is not whole."""
        got = self.bytes
        if len(got) < 2:
            return None
        length, at = got[1] & 0x7F, 2
        if length > 125:
            size = 2 if length == 126 else 8
            if len(got) < 2 + size:
                return None
            length, at = int.from_bytes(got[2:2 + size], "big"), 2 + size
        end = at + 4 + length
        if len(got) < end:
            return None
        mask, masked = got[at:at + 4], got[at + 4:end]
        self.bytes = got[end:]
        key = (mask * (length // 4 + 1))[:length]
        return bool(got[0] & 0x80), got[0] & 0x0F, (int.from_bytes(masked, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")

    def read(self):
        """Whole messages that came; None when the connection is over."""
        data = self.connection.recv(65536)
        while self.connection.pending():
            data += self.connection.recv(65536)
        if not data:
            return None
        self.bytes += data
        messages = []
        while (frame := self.frame()) is not None:
            last, opcode, payload = frame
            if opcode == 8:
                return None
            if opcode == 9:
                self.send(10, payload)
            if opcode < 8:
                self.message += payload
                if last:
                    messages.append(self.message)
                    self.message = b""
        return messages


def failure(message):
    return {"metadata": {}, "status": "Failure", "message": f"Internal error occurred: {message}", "reason": "InternalError",
            "details": {"causes": [{"message": message}]}, "code": 500}


def ended(code):
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    code = 128 - code if code < 0 else code
    return {"metadata": {}, "status": "Failure", "message": f"command terminated with non-zero exit code: exit status {code}",
            "reason": "NonZeroExitCode", "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]}}


def is_there(root, program, path):
    places = [program] if "/" in program else [f"{folder}/{program}" for folder in path.split(":")]
    for place in places:
        # A link of the image leads within the image.
        target = f"{root}/{place}"
        if os.path.islink(target):
            to = os.readlink(target)
            target = f"{root}/{to}" if to.startswith("/") else os.path.join(os.path.dirname(target), to)
        if os.access(target, os.X_OK) and not os.path.isdir(target):
            return True
    return False


def start(place, argv, tty):
    """The program, its input, and its outputs by channel."""
    argv = ["ip", "netns", "exec", place.short, "chroot", place.root, *argv]
    if not tty:
        made = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=place.env, start_new_session=True)
        return made, made.stdin.fileno(), {made.stdout.fileno(): OUT, made.stderr.fileno(): ERR}
    master, slave = pty.openpty()
    made = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={"TERM": "xterm", **place.env},
                            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(slave)
    return made, master, {master: OUT}


def answer(handler, place, query):
    """Answers GET /exec/…: `place` has short (its network), root, env and running (programs that end with it)."""
    offered = [one.strip() for one in handler.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    if PROTOCOL not in offered:
        return handler.answer(400, f"the stand-in speaks {PROTOCOL} only".encode())
    key = handler.headers["Sec-WebSocket-Key"]
    handler.send_response(101, "Switching Protocols")
    for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Protocol", PROTOCOL),
                        ("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode())):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.flush()
    handler.close_connection = True
    socket, argv, tty = Socket(handler.connection), query["command"], query.get("tty") in (["1"], ["true"])
    try:
        if is_there(place.root, argv[0], place.env.get("PATH", PATH)):
            status = run(socket, place, argv, tty, "input" in query)
        else:
            words = f'exec: "{argv[0]}": ' + (f"stat {argv[0]}: no such file or directory" if "/" in argv[0] else "executable file not found in $PATH")
            status = failure("error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: "
                             f"exec failed: unable to start container process: {words}")
        socket.send(2, bytes([STATUS]) + json.dumps(status).encode())
        socket.send(8, struct.pack(">H", 1000))
    except OSError:
        # Nobody hears it any more.
        pass


def run(socket, place, argv, tty, has_input):
    made, into, outputs = start(place, argv, tty)
    place.running.add(made)
    os.set_blocking(into, False)
    held, is_over, is_heard, closed = b"", not has_input, True, set()
    try:
        while len(closed) < len(outputs):
            if not tty and is_over and not held and into is not None:
                closed_in(made)
                into = None
            readable = [fd for fd in outputs if fd not in closed] + ([socket.connection] if is_heard and len(held) < MOST else [])
            ready, writable, _ = select.select(readable, [into] if held else [], [], 0.2)
            for fd in ready:
                if fd is socket.connection:
                    messages = heard(socket)
                    if messages is None:
                        is_heard, is_over = False, True
                    for message in messages or []:
                        channel, data = message[0], message[1:]
                        if channel == IN and not is_over:
                            held += data
                        elif channel == SIZE and tty:
                            size = json.loads(data)
                            fcntl.ioctl(into, termios.TIOCSWINSZ, struct.pack("HHHH", size["Height"], size["Width"], 0, 0))
                        elif channel == CLOSE and data == bytes([IN]):
                            is_over = True
                    continue
                data = piece(fd)
                if not data:
                    closed.add(fd)
                elif is_heard:
                    try:
                        socket.send(2, bytes([outputs[fd]]) + data)
                    except OSError:
                        is_heard, is_over = False, True
            if writable:
                try:
                    held = held[os.write(into, held):]
                except BlockingIOError:
                    pass
                except OSError:
                    held, is_over = b"", True
            # What a program left running may hold its outputs open: they are not waited for.
            if not ready and made.poll() is not None:
                break
        return ended(made.wait())
    finally:
        place.running.discard(made)
        if tty:
            os.close(next(iter(outputs)))
        else:
            closed_in(made)
            made.stdout.close()
            made.stderr.close()


def heard(socket):
    try:
        return socket.read()
    except OSError:
        return None


def piece(fd):
    try:
        return os.read(fd, 32768)
    except OSError:
        # The other end of a terminal is closed.
        return b""


def closed_in(made):
    try:
        made.stdin.close()
    except OSError:
        pass


def end_all(place):
    for made in list(place.running):
        try:
            os.killpg(made.pid, signal.SIGKILL)
        except OSError:
            pass
