"""Lay out and pack the .deb: the frozen folder under /usr/lib, launchers on the PATH, and what a desktop looks for.

It leaves out the libraries that Debian has and declares them, so that their security fixes reach this program too.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from languages import desktop_entry, metainfo
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SHARE = Path(__file__).resolve().parent / "share"
# Of several names the first is that of newer releases, where names moved with 64-bit time.
DEPENDS = (
    *("libc6 (>= 2.36)", "libstdc++6 (>= 12)", "libgcc-s1", "zlib1g", "libuuid1", "libexpat1", "libzstd1", "gnupg"),
    *("gpg-agent", "libasound2t64 | libasound2", "libglib2.0-0t64 | libglib2.0-0", "libdbus-1-3", "libudev1"),
    *("libnss3", "libnspr4", "libbrotli1", "libgssapi-krb5-2", "libegl1", "libgl1", "libgbm1", "libfontconfig1"),
    *("libfreetype6", "libx11-6", "libx11-xcb1", "libxext6", "libxcomposite1", "libxdamage1", "libxfixes3"),
    *("libxrandr2", "libxrender1", "libxtst6", "libxkbfile1", "libxkbcommon0", "libxkbcommon-x11-0", "libxcb1"),
    *("libxcb-cursor0", "libxcb-dri3-0", "libxcb-glx0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1"),
    *("libxcb-randr0", "libxcb-render-util0", "libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1"),
    *("libxcb-util1", "libxcb-xfixes0", "libxcb-xkb1", "libwayland-client0", "libwayland-cursor0", "libwayland-egl1"),
    "fonts-dejavu-core | fonts-noto-core",
)
# For panels and menus that draw no SVG.
ICON_SIDES = (32, 48, 64, 128, 256)
RECOMMENDS = ("xdg-desktop-portal", "fonts-noto-core")
CONTROL = """\
Package: evidence-kit
Version: {version}
Architecture: amd64
Maintainer: Evidence Kit maintainers
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: net
Priority: optional
Description: Record internet shutdowns and prove when they were
 Notices when the internet is cut, captures screen, pages and files into an
 encrypted journal, and makes reports encrypted with PGP that are delivered by
 themselves when a connection returns. Works with no network at all.
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Evidence Kit
Comment: What others made lies in /usr/lib/evidence-kit/parts, each part's licence in its own .dist-info folder.

Files: *
Copyright: The Evidence Kit contributors
License: GPL-3+
 The text of version 3 lies in /usr/share/common-licenses/GPL-3.
"""


def lay_out(root: Path, frozen: Path, manual: bytes, changes: Path, version: str, moment: int) -> None:
    """Fill `root` with the package's tree and its DEBIAN folder."""
    lib = root / "usr/lib/evidence-kit"
    shutil.copytree(frozen, lib, symlinks=True)
    _leave_to_debian(lib)
    share = root / "usr/share"
    locales = frozen / "parts/resources/locale"
    for name in ("evidence-kit", "evidence-kit-window"):
        _folder(root / "usr/bin").joinpath(name).symlink_to(f"../lib/evidence-kit/{name}")
    entry = desktop_entry((SHARE / "evidence-kit.desktop").read_text(encoding="utf-8"), locales)
    (_folder(share / "applications") / "evidence-kit.desktop").write_text(entry, encoding="utf-8")
    icons = share / "icons/hicolor"
    shutil.copyfile(SHARE / "evidence-kit.svg", _folder(icons / "scalable/apps") / "evidence-kit.svg")
    for side in ICON_SIDES:
        _draw(SHARE / "evidence-kit.svg", side, _folder(icons / f"{side}x{side}/apps") / "evidence-kit.png")
    date = f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
    about = metainfo((SHARE / "evidence-kit.metainfo.xml").read_text(encoding="utf-8"), locales)
    about = about.replace("@VERSION@", version).replace("@DATE@", date)
    (_folder(share / "metainfo") / "evidence-kit.metainfo.xml").write_text(about, encoding="utf-8")
    profile = "evidence-kit-camera.apparmor"
    shutil.copyfile(SHARE / profile, _folder(share / "evidence-kit") / profile)
    _write_packed(_folder(share / "man/man1") / "evidence-kit.1.gz", manual)
    (share / "man/man1/evidence-kit-window.1.gz").symlink_to("evidence-kit.1.gz")
    doc = _folder(share / "doc/evidence-kit")
    (doc / "copyright").write_text(COPYRIGHT, encoding="utf-8")
    _write_packed(doc / "NEWS.gz", changes.read_bytes())
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    control = _folder(root / "DEBIAN")
    (control / "control").write_text(
        CONTROL.format(
            version=version, size=size // 1024, depends=", ".join(DEPENDS), recommends=", ".join(RECOMMENDS)
        ),
        encoding="utf-8",
    )
    for name in ("postinst", "prerm"):
        shutil.copyfile(SHARE / name, control / name)
        (control / name).chmod(0o755)
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
            os.utime(path, (moment, moment))


def pack(root: Path, made: Path, moment: int, *, compressed: bool) -> None:
    """Write `made`. The count of threads is said, because one and several give different bytes."""
    packing = ["-Zxz", "-z9", "--threads-max=2"] if compressed else ["-Znone"]
    done = subprocess.run(
        ["dpkg-deb", "--root-owner-group", *packing, "--build", str(root), str(made)],  # noqa: S607 - the PATH of who builds
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        sys.exit("failed: dpkg-deb")


def _leave_to_debian(lib: Path) -> None:
    """Remove the libraries of declared packages; end where one is needed that no package brings."""
    declared = {name.split(" ")[0] for wanted in DEPENDS for name in wanted.split(" | ")}
    parts = lib / "parts"
    for path in sorted(parts.glob("*.so*")):
        if not path.is_symlink() and owner(path.name) & declared:
            path.unlink()
    for path in parts.glob("*.chk"):
        path.unlink()
    there = {path.name for path in lib.rglob("*.so*")}
    for name in sorted(set(_needs(lib)) - there):
        if not owner(name) & declared:
            sys.exit(f"{name} is needed and neither packed nor of a declared package ({owner(name)})")


def owner(library: str) -> set[str]:
    """The installed packages that have this library in the system's library folder."""
    told = subprocess.run(
        ["dpkg-query", "--search", f"*/x86_64-linux-gnu/{library}", f"/lib64/{library}"],  # noqa: S607 - as above
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return {line.split(":")[0] for line in told.splitlines()}


def _needs(lib: Path) -> Iterator[str]:
    """What every program and library in `lib` says that it needs (DT_NEEDED)."""
    for path in lib.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF":
            told = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True).stdout  # noqa: S607 - as above
            yield from re.findall(r"^ +NEEDED +(\S+)$", told, re.MULTILINE)


def _draw(drawing: Path, side: int, made: Path) -> None:
    """Paint an SVG as a PNG of `side` by `side`; the same version of Qt gives the same bytes."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(0)
    with QPainter(picture) as painter:
        QSvgRenderer(str(drawing)).render(painter)
    if not picture.save(str(made), "PNG"):
        sys.exit(f"failed: {made.name}")


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write_packed(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))
