"""Build the Linux packages in dist/ from the tree that this file lies in, the same bytes wherever and whenever.

`python packaging/linux/build.py`, by `make package`, in the environment that `packaging/setup/setup.sh package` makes.
With --uncompressed the same content goes to build/package/uncompressed in a tenth of the time: for tests.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import deb

HERE = Path(__file__).resolve().parent
SHARE = HERE / "share"
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"
UNCOMPRESSED = WORK / "uncompressed"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
MOST = 150_000_000


def main(arguments: list[str]) -> None:
    """Packages and their hashes in dist/; what takes the room, on standard output."""
    compressed = arguments != ["--uncompressed"]
    moment = int(_output("git", "log", "-1", "--format=%ct"))
    shutil.rmtree(WORK, ignore_errors=True)
    frozen = freeze(product(), moment)
    tell_sizes(frozen)
    dist = DIST if compressed else UNCOMPRESSED
    dist.mkdir(parents=True, exist_ok=True)
    for old in dist.glob("evidence-kit[_-]*"):
        old.unlink()
    made = [package(frozen, dist, moment, compressed=compressed), portable(frozen, dist, moment, compressed=compressed)]
    sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in made)
    (dist / "SHA256SUMS").write_text(sums, encoding="ascii")
    (dist / "BUILT-WITH.txt").write_text(built_with(frozen), encoding="ascii")
    for path in made:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
        if compressed and path.stat().st_size > MOST:
            sys.exit(f"{path.name} is larger than {MOST} bytes")


def product() -> Path:
    """A folder with the product's wheel, unpacked: made from a copy, so that nothing left of older builds gets in."""
    source = WORK / "source"
    for name in _output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    _run(sys.executable, "packaging/setup/catalogues.py", "compile", cwd=source)
    _run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "--wheel-dir", str(WORK), str(source)),
    )
    (wheel,) = WORK.glob("evidence_kit-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(WORK / "product")  # noqa: S202 - our own wheel, just made
    shutil.copyfile(ROOT / "LICENSE", WORK / "product" / "LICENSE")
    return WORK / "product"


def freeze(product: Path, moment: int) -> Path:
    """The portable folder, as PyInstaller makes it."""
    # Hash seed and moment: PyInstaller's own conditions for the same bytes each time.
    surroundings = {
        **os.environ,
        "EVIDENCE_KIT_BUILT": str(product),
        "PYTHONHASHSEED": "1",
        "PYTHONPATH": str(product),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": str(moment),
    }
    _run(
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
        *("--distpath", str(WORK / "frozen"), "--workpath", str(WORK / "freezing")),
        str(HERE / "evidence-kit.spec"),
        env=surroundings,
    )
    frozen = WORK / "frozen" / "evidence-kit"
    for record in frozen.glob("parts/*.dist-info/RECORD"):
        _keep_own_lines(record)
    # Every library finds the others by its own run path; and many a stick's file system knows no links.
    for path in frozen.rglob("*"):
        if path.is_symlink():
            path.unlink()
    # What is only loaded is no program.
    for path in frozen.rglob("*.so*"):
        path.chmod(0o644)
    return frozen


def _keep_own_lines(record: Path) -> None:
    """Of what was installed with a part, its .dist-info alone is here; hashes of scripts would tell where it was."""
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    record.write_text("".join(line for line in lines if line.startswith(record.parent.name)), encoding="utf-8")


def tell_sizes(frozen: Path) -> None:
    """The ten largest files and the whole."""
    sizes = {path: path.stat().st_size for path in frozen.rglob("*") if path.is_file() and not path.is_symlink()}
    print(f"unpacked: {sum(sizes.values()) / 1e6:.0f} MB in {len(sizes)} files; the largest:")
    for path in sorted(sizes, key=lambda one: -sizes[one])[:10]:
        print(f"{sizes[path] / 1e6:8.1f} MB  {path.relative_to(frozen)}")


def built_with(frozen: Path) -> str:
    """Debian's packages that decide of the bytes, a line each: of the libraries inside, of Python, of what packs."""
    inside = (path.name for path in frozen.glob("parts/*.so*"))
    names = {"python3", "dpkg", "xz-utils"}.union(*(deb.owner(name) for name in inside))
    return _output("dpkg-query", "--show", *sorted(names))


def portable(frozen: Path, dist: Path, moment: int, *, compressed: bool) -> Path:
    """The folder to unpack and run, as .tar.xz."""
    shutil.copytree(SHARE / "portable", frozen, dirs_exist_ok=True)
    made = dist / f"evidence-kit-{VERSION}-linux-x86_64.tar"
    name = f"evidence-kit-{VERSION}"
    if not compressed:
        with tarfile.open(made, mode="w", format=tarfile.GNU_FORMAT) as tar:
            add_tree(tar, frozen, name, moment)
        return made
    made = made.with_suffix(".tar.xz")
    with (
        made.open("wb") as written,
        # 64 MiB of window, since the same modules lie in three executables. Threads or one: the blocks are the same.
        subprocess.Popen(
            ["xz", "--threads=2", "--block-size=201326592", "--x86", "--lzma2=preset=9"],  # noqa: S607 - the PATH of who builds
            stdin=subprocess.PIPE,
            stdout=written,
        ) as packing,
    ):
        with tarfile.open(fileobj=packing.stdin, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            add_tree(tar, frozen, name, moment)
        packing.communicate()
    if packing.returncode:
        sys.exit("failed: xz")
    return made


def package(frozen: Path, dist: Path, moment: int, *, compressed: bool) -> Path:
    """The same folder as .deb."""
    date = f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
    manual = subprocess.run(
        [sys.executable, str(HERE / "manual.py"), date, VERSION],
        env={**os.environ, "PYTHONPATH": str(WORK / "product")},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    deb.lay_out(WORK / "deb", frozen, manual, ROOT / "CHANGELOG.md", VERSION, moment)
    made = dist / f"evidence-kit_{VERSION}_amd64.deb"
    deb.pack(WORK / "deb", made, moment, compressed=compressed)
    return made


def add_tree(tar: tarfile.TarFile, folder: Path, name: str, moment: int) -> None:
    """`folder` as `name`, in order, with nobody's names, times and habits of who built it."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = moment
        runs = member.isdir() or member.mode & 0o100
        member.mode = 0o777 if member.issym() else 0o755 if runs else 0o644
        return member

    for path in (folder, *sorted(folder.rglob("*"))):
        tar.add(path, f"{name}/{path.relative_to(folder).as_posix()}".removesuffix("/."), recursive=False, filter=plain)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode:
        sys.exit(f"failed: {' '.join(command)}")


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()


if __name__ == "__main__":
    main(sys.argv[1:])
