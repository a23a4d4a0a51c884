# SPDX-License-Identifier: EUPL-1.2
"""Whether a file stands on a disk of this machine: on a network disk SQLite can lose what it wrote.

Rules: reads what the caller gives; where nothing is known of mounts (not Linux), nothing is refused.

Source: delivery design, "Stores"; proc(5), /proc/mounts.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
        "vboxsf",
    }
)
"""File systems of which the bytes are on another machine, or shared with one."""

FUSE: Final = "fuse."
LOCAL_FUSE: Final = frozenset({"fuse.fuse-overlayfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.lxcfs"})
"""Of what runs in user space these are known to stand on a disk here; the others are refused."""

_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_FIELDS: Final = 3


def read_mounts() -> str:
    """Return /proc/mounts, empty where there is none."""
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def on_network(path: PurePosixPath, mounts: str) -> bool:
    """Tell whether the file system that holds an absolute path is on the network; of two mounts the last counts."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < _FIELDS:
            continue
        point = PurePosixPath(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[1]))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind in NETWORK or (kind.startswith(FUSE) and kind not in LOCAL_FUSE)
