"""Boots a small machine with the real systemd, to run the unit as it is shipped.

The machine has this one's /usr, an /etc of its own, no network but loopback, and
Claimwatch installed in /opt/claimwatch from the wheel. A probe inside does the checks
with root's rights and writes what it saw as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
NEEDED = ("systemd-nspawn", "systemctl", "systemd-run")
BOOT_LIMIT = 240

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
claimwatch:x:990:990::/nonexistent:/usr/sbin/nologin
claimwatch-review:x:991:990::/nonexistent:/usr/sbin/nologin
reader:x:1001:1001::/nonexistent:/bin/sh
stranger:x:1002:1002::/nonexistent:/bin/sh
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
"""
# the second user of the group is what "may review" means
GROUP = """\
root:x:0:
messagebus:x:101:
claimwatch:x:990:reader,claimwatch-review
reader:x:1001:
stranger:x:1002:
nogroup:x:65534:
"""
PROBE = """\
[Unit]
Description=Look at Claimwatch from outside
After=basic.target
[Service]
Type=oneshot
ExecStart=/opt/claimwatch/bin/python /opt/probe/boot_probe.py /opt/probe/seen.json
ExecStopPost=/usr/bin/systemctl --no-block start poweroff.target
StandardOutput=file:/opt/probe/output
StandardError=file:/opt/probe/output
TimeoutStartSec=200
"""
TMPFS_RUN = (
    "mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn"
    ' && exec "$@"'
)
LAUNCHER = """\
#!/opt/claimwatch/bin/python
from monitor.cli import main
main()
"""


def why_not() -> str | None:
    """Why a machine can't be booted here, or None."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "booting systemd needs root on Linux"
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} absent: apt-get install systemd-container"
    return None


def build_wheel(folder: Path, *, source: Path = ROOT) -> Path:
    """The wheel of this checkout, built offline."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def build(root: Path, wheel: Path, *, drop_in: str = "") -> None:
    """Lay out the machine's files below `root`."""
    root.mkdir(mode=0o755, exist_ok=True)
    root.chmod(0o755)
    for name in ("etc/systemd/system", "opt/probe", "var", "run", "tmp", "root"):
        (root / name).mkdir(parents=True)
    for name in ("usr", "proc", "sys", "dev", "opt/python", "opt/site"):
        (root / name).mkdir()
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / name).symlink_to(Path("/", name).readlink())
    etc = root / "etc"
    for name in ("ld.so.cache", "ssl", "alternatives"):
        if Path("/etc", name).is_dir():
            shutil.copytree(Path("/etc", name), etc / name, symlinks=True)
        elif Path("/etc", name).exists():
            shutil.copy(Path("/etc", name), etc / name)
    (etc / "passwd").write_text(PASSWD)
    (etc / "group").write_text(GROUP)
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n")
    (etc / "os-release").write_text("ID=probe\n")
    # a Python that is not the system's may bring its own libpython
    (etc / "systemd/system.conf").write_text(
        "[Manager]\nDefaultEnvironment=LD_LIBRARY_PATH=/opt/python/lib\n"
    )
    (etc / "machine-id").write_text("5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e\n")
    _units(etc / "systemd/system", drop_in)
    _program(root / "opt/claimwatch", wheel)
    for name in ("boot_probe.py", "servers.py"):
        shutil.copy(ROOT / "tests" / name, root / "opt/probe" / name)


def _units(folder: Path, drop_in: str) -> None:
    for name in ("claimwatch.service", "claimwatch-review.service"):
        shutil.copy(ROOT / "systemd" / name, folder)
    (folder / "claimwatch.service.d").mkdir()
    # as the README says for a secret; the rest only makes the test short
    (folder / "claimwatch.service.d/test.conf").write_text(
        "[Service]\n"
        "LoadCredential=webhook:/etc/claimwatch/credentials/webhook\n"
        # with cgroup v1, systemd in a container is never told that a group is empty,
        # and waits this long after a kill
        f"TimeoutStopSec=5\nRestartSec=1\n{drop_in}"
    )
    (folder / "probe.service").write_text(PROBE)
    (folder / "default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")
    (folder / "multi-user.target.wants").mkdir()
    (folder / "multi-user.target.wants/probe.service").symlink_to("../probe.service")
    for name in (
        "systemd-firstboot.service",
        "systemd-networkd.service",
        "systemd-resolved.service",
        "systemd-logind.service",
        "getty.target",
        "console-getty.service",
    ):
        (folder / name).symlink_to("/dev/null")


def _program(folder: Path, wheel: Path) -> None:
    """A virtual environment with the wheel; the dependencies are this one's."""
    site = folder / "lib" / PYTHON / "site-packages"
    site.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin/python").symlink_to(f"/opt/python/bin/{PYTHON}")
    (folder / "pyvenv.cfg").write_text("home = /opt/python/bin\n")
    (folder / "bin/claimwatch").write_text(LAUNCHER)
    (folder / "bin/claimwatch").chmod(0o755)
    (site / "dependencies.pth").write_text("/opt/site\n")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)


def boot(root: Path) -> dict[str, Any]:
    """Run the machine until the probe turns it off; what the probe saw."""
    site = Path(sysconfig.get_path("purelib"))
    argv = [
        # nspawn wants /run on a tmpfs, which containers do not always have
        *("unshare", "--mount", "sh", "-c", TMPFS_RUN, "sh"),
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--private-network",
        "--console=pipe",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        f"--directory={root}",
        "--bind-ro=/usr",
        f"--bind-ro={sys.base_prefix}:/opt/python",
        f"--bind-ro={site}:/opt/site",
        "--boot",
        "systemd.show_status=no",
    ]
    done = subprocess.run(
        argv,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOOT_LIMIT,
    )
    seen = root / "opt/probe/seen.json"
    if not seen.exists():
        said = root / "opt/probe/output"
        output = said.read_text("utf-8") if said.exists() else ""
        output += done.stdout[-4000:] + done.stderr[-4000:]
        return {"booted": False, "output": output}
    return {"booted": True, **json.loads(seen.read_text("utf-8"))}
