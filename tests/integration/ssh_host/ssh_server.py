# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second host: a container with sshd on a loopback port, its own accounts, and this machine's engine by its socket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from demo_stack import CLONE, docker, wait_until
from ports import free_ports

IMAGE_SCRIPT = Path(__file__).with_name("image.sh")
SOCKET = Path("/var/run/docker.sock")
PLUGIN = "/usr/libexec/docker/cli-plugins/docker-compose"
ADMIN = "deploy"
"""May use sudo, and is not in the docker group."""
VISITOR = "visitor"
"""May log in, and nothing else."""
START = f"""
set -eu
[ -z "$DOCKER_GID" ] || groupadd --gid "$DOCKER_GID" docker
for name in {ADMIN} {VISITOR}; do
  useradd --create-home --shell /bin/bash --password '*' "$name"
  install -d -o "$name" -g "$name" -m 0700 "/home/$name/.ssh"
  install -o "$name" -g "$name" -m 0600 /key.pub "/home/$name/.ssh/authorized_keys"
done
echo '{ADMIN} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/{ADMIN}
rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e -p "$PORT" -o ListenAddress=127.0.0.1 -o PermitRootLogin=no -o PasswordAuthentication=no
"""


def compose_plugin() -> str:
    """Where this machine's docker client has its Compose."""
    plugins = json.loads(docker("info", "--format", "{{json .ClientInfo.Plugins}}"))
    return next(str(plugin["Path"]) for plugin in plugins if plugin["Name"] == "compose")


@dataclass
class SshHost:
    """One such host; ``folders`` of this machine are there at the same path."""

    folder: Path
    name: str
    folders: tuple[Path, ...] = ()
    engine: bool = True

    def __post_init__(self) -> None:
        self.port = free_ports(1)[0]
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.key = self.folder / "key"
        self.known_hosts = self.folder / "known_hosts"
        self.image = f"benevoclic-test/{self.name}:root"

    @property
    def public_key(self) -> str:
        return self.key.with_suffix(".pub").read_text().strip()

    def start(self) -> SshHost:
        subprocess.run([str(IMAGE_SCRIPT), self.image], check=True)
        generate = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name, "-f", str(self.key)]
        subprocess.run(generate, check=True)
        mounts = [f"{self.key}.pub:/key.pub:ro", *(f"{path}:{path}" for path in self.folders)]
        if self.engine:
            client = shutil.which("docker")
            mounts += [f"{SOCKET}:/run/docker.sock", f"{client}:/usr/bin/docker:ro", f"{compose_plugin()}:{PLUGIN}:ro"]
        group = str(SOCKET.stat().st_gid) if self.engine else ""
        docker(
            "run", "--detach", "--name", self.name, "--hostname", self.name, "--network", "host",
            "--add-host", f"{self.name}:127.0.0.1",
            "--env", f"PORT={self.port}", "--env", f"DOCKER_GID={group}",
            *(part for mount in mounts for part in ("--volume", mount)),
            self.image, "bash", "-c", START,
        )  # fmt: skip
        wait_until(lambda: "listening on" in self.log(), 20, f"sshd of {self.name} listens: {self.log()}")
        host_key = docker("exec", self.name, "cat", "/etc/ssh/ssh_host_ed25519_key.pub")
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {host_key}\n")
        return self

    def remove(self) -> None:
        for command in (["rm", "--force", "--volumes", self.name], ["rmi", "--force", self.image]):
            subprocess.run(["docker", *command], capture_output=True, check=False)
        # ssh ends a kept connection by itself in a minute; its sockets are short-lived files of the controller

    def log(self) -> str:
        done = subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).lower()

    def root(self, *command: str) -> str:
        """What ``command`` prints when root runs it there, without SSH."""
        return docker("exec", self.name, *command)

    def ssh(self, user: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run ``command`` over SSH as ``user``."""
        login = ["ssh", "-p", str(self.port), "-i", str(self.key), *self.ssh_options, f"{user}@127.0.0.1", *command]
        return subprocess.run(login, capture_output=True, text=True, check=False)

    @property
    def ssh_options(self) -> list[str]:
        settings = ["StrictHostKeyChecking=yes", f"UserKnownHostsFile={self.known_hosts}", "IdentitiesOnly=yes"]
        return ["-F", "none", *(part for setting in settings for part in ("-o", setting))]

    def variables(self, user: str) -> dict[str, object]:
        """What an inventory says of it."""
        return {
            "ansible_host": "127.0.0.1",
            "ansible_port": self.port,
            "ansible_user": user,
            "ansible_ssh_private_key_file": str(self.key),
            "ansible_ssh_common_args": " ".join(self.ssh_options),
            "ansible_python_interpreter": "/usr/bin/python3",
        }


def playbook(inventory: Path, verb: str, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run one of the clone's playbooks, as people do."""
    environment = {**os.environ, "ANSIBLE_CONFIG": str(CLONE / "ansible.cfg"), "NO_COLOR": "1", **changed}
    return subprocess.run(
        ["ansible-playbook", "-i", str(inventory), f"playbooks/{verb}.yml", *arguments],
        cwd=CLONE, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
