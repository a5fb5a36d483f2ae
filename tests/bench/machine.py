"""What the figures were measured on, in words."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
from pathlib import Path

import psutil
from sqlcipher3 import dbapi2


def machine(folder: Path) -> list[str]:
    """The machine and the versions of what is compared; `folder` is where files are written."""
    memory = psutil.virtual_memory().total / 2**30
    hardware = f"{os.cpu_count()} cores, {_processor()}, {memory:.0f} GiB of memory"
    camera = f"PySide6-WebEngine {importlib.metadata.version('PySide6-WebEngine')}"
    database = f"SQLCipher {_sqlcipher()}, SQLite {dbapi2.sqlite_version}"
    programs = f"{_said('gpg', '--version')}, {_said('chromium', '--version')}"
    return [
        f"Machine: {hardware}, {platform.system()} {platform.release()}; files on {_file_system(folder)}.",
        f"Versions: Python {platform.python_version()}, {database}, {camera}, {programs}.",
    ]


def load() -> str:
    """The load averages of one, five and fifteen minutes."""
    return ", ".join(f"{average:.1f}" for average in os.getloadavg())


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _file_system(folder: Path) -> str:
    real = str(folder.resolve())
    mounts = [part for part in psutil.disk_partitions(all=True) if real.startswith(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "an unknown file system"


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return f"no {command[0]}"
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return told.strip().splitlines()[0] if told.strip() else f"{command[0]} of no known version"


def _sqlcipher() -> str:
    with dbapi2.connect(":memory:") as connection:
        found = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()
    return str(found[0]) if found else "unknown"
