"""Runs a container's command in the place that container.sh has made, and asks it.

Prints one JSON object: what was seen.  Knows nothing but Python's own library, as
nothing else is there.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from base64 import b64encode
from http.client import HTTPConnection
from pathlib import Path

SIOCSIFFLAGS, UP, LOOPBACK = 0x8914, 1, 8


def loopback() -> None:
    """A network of one's own begins without any."""
    with socket.socket() as any_socket:
        flags = struct.pack("16sh", b"lo", UP | LOOPBACK)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, flags)


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    signed_in = b64encode(b"sitoo:secret").decode()
    connection.request("GET", path, headers={"Authorization": f"Basic {signed_in}"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def counted() -> bool:
    """Whether any worker tells of the search, whoever answered it, within seconds."""
    mark = 'site="sweden",status="200"} 1.0'
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        told = [mark in ask(8081, "/metrics")[1] for _ in range(8)]
        if all(told):
            return True
    return False


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def writable() -> list[str]:
    """Return which of these the container's user can write to."""
    places = ["/", "/opt/sitoo-bridge", "/etc/sitoo-bridge", "/run", "/var/tmp", "/tmp"]
    found = []
    for place in places:
        touch = [*AS_USER, "touch", f"{place}/written"]
        if subprocess.run(touch, stderr=subprocess.DEVNULL).returncode == 0:
            found.append(place)
    return found


given = json.loads(sys.argv[1])
user, _, group = given["user"].partition(":")
AS_USER = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
AS_USER += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]

loopback()
os.environ.clear()
os.environ.update(given["environment"])
crm = subprocess.Popen(
    [*AS_USER, "python", "-m", "demo_crm", "--port=8099"], stdout=subprocess.DEVNULL
)
bridge = subprocess.Popen([*AS_USER, *given["command"]], stdout=subprocess.PIPE)
assert bridge.stdout is not None
said = bridge.stdout.readline().decode().strip()
# Then recovery is there as well, or will be.
seen = {
    "said": said,
    "health": subprocess.run([*AS_USER, *given["health"]]).returncode,
    "ready": ask(8081, "/readyz"),
    "inside from outside": ask(8080, "/readyz")[0],
    "customers": ask(8080, "/customers?key_type=email&key=john.doe@example.com")[0],
    "counted": counted(),
    "uid": status(bridge.pid)["Uid"].split(),
    "capabilities": status(bridge.pid)["CapEff"],
    "shm": Path("/dev/shm").exists(),
    "writable": writable(),
}
bridge.send_signal(signal.SIGTERM)
seen["ended"] = bridge.wait(60)
seen["left"] = sorted(path.name for path in Path("/tmp").iterdir())
# Whoever asks a bridge that is gone has to hear of it.
seen["health after"] = subprocess.run(
    [*AS_USER, *given["health"]], stderr=subprocess.DEVNULL
).returncode
crm.terminate()
crm.wait(20)
print(json.dumps(seen))
