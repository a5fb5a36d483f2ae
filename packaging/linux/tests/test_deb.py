"""The .deb on a minimal Debian that has what it declares and nothing else, cut off from every network."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Eyes
from rooms import NEWEST, OLDEST, Room, copied, system

START_S = 3.0
VAULT = ("--vault", "/home/person/vault", "--passphrase-file", "/home/person/passphrase")
_NEWER = "0.2.0"


def field(deb: Path, name: str) -> str:
    return subprocess.run(["dpkg-deb", "--field", deb, name], check=True, capture_output=True, text=True).stdout.strip()


def install(room: Room, deb: Path) -> str:
    """Install it as a person would who has the file and no network."""
    return Room(room.folder, ((deb.parent, "/packages"),)).run(
        "root", "apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", f"/packages/{deb.name}"
    )


@pytest.fixture(scope="module", params=[OLDEST, pytest.param(NEWEST, marks=pytest.mark.slow)])
def bare(request: pytest.FixtureRequest, rooms: None, deb: Path) -> Path:
    return system(request.param, field(deb, "Depends"))


@pytest.fixture(scope="module")
def room(bare: Path, deb: Path) -> Iterator[Room]:
    """The package is installed in it; no test takes it away."""
    room = Room(copied(bare, f"{bare.name}-deb"))
    try:
        install(room, deb)
        (room / "home/person").mkdir(parents=True)
        (room / "home/person/passphrase").write_text("one two three four five six", encoding="utf-8")
        shutil.chown(room / "home/person/passphrase", 1000, 1000)
        yield room
    finally:
        shutil.rmtree(room.folder)


def test_it_needs_no_python_of_the_system_and_nothing_beyond_what_it_declares(room: Room) -> None:
    assert not list((room / "usr/bin").glob("python*"))
    room.run("root", "apt-get", "check", "--quiet=2")
    assert room.run("root", "dpkg", "--verify", "evidence-kit") == ""
    for name in ("evidence-kit", "evidence-kit-window"):
        assert room.run("person", "sh", "-c", f"readlink -f $(command -v {name})") == f"/usr/lib/evidence-kit/{name}\n"


def test_nothing_of_it_is_missing_a_library(room: Room) -> None:
    each = 'while read -r one; do ldd "$one" 2>/dev/null | grep "not found"; done; true'
    assert room.run("person", "sh", "-c", f"find /usr/lib/evidence-kit -type f | {each}") == ""


def test_an_ordinary_user_passes_the_drill_with_the_cameras_sandbox(room: Room) -> None:
    said = room.run("person", "evidence-kit", "drill", "--keep", "/home/person/drill")
    assert "The drill passed" in said
    examined = room.run("person", "evidence-kit", "doctor")
    assert "The page camera works" in examined
    assert "no sandbox" not in examined


@pytest.mark.slow
def test_the_window_is_there_within_three_seconds_from_a_cold_disk(room: Room, eyes: Eyes) -> None:
    assert eyes.cold_start(room, "evidence-kit-window", picture="deb-window") < START_S


def test_a_second_start_leaves_the_first_window_and_ends(room: Room, screen: str, eyes: Eyes) -> None:
    both = """
        export XDG_RUNTIME_DIR=/tmp/run; mkdir -m 700 $XDG_RUNTIME_DIR
        evidence-kit-window & first=$!
        read -r _ </home/person/go
        evidence-kit-window; echo ended $?
        kill -0 $first && echo stays; kill $first; wait $first; echo closed $?
    """
    room.run("person", "mkfifo", "/home/person/go")
    with room.start("person", "sh", "-c", both, display=screen) as running:
        eyes.wait(running, "deb-first")
        (room / "home/person/go").write_text("\n")
        said, _ = running.communicate()
    assert said.split("\n") == ["ended 0", "stays", "closed 0", ""]


def test_it_speaks_french_with_what_the_package_brings(room: Room, screen: str, eyes: Eyes) -> None:
    french = ("env", "LANG=fr_FR.UTF-8", "evidence-kit-window")
    code, said = room.ended("person", *french)
    assert code == 3
    assert "Lancez Evidence Kit depuis le bureau." in said
    with room.start("person", *french, display=screen) as running:
        eyes.wait(running, "deb-french")
        running.kill()


def test_the_manual_has_every_command_of_the_help(room: Room) -> None:
    page = gzip.decompress((room / "usr/share/man/man1/evidence-kit.1.gz").read_bytes()).decode()
    _, _, commands = room.run("person", "evidence-kit", "--help").partition("Commands")
    listed = re.findall(r"^  (\w[\w-]*) ", commands, re.MULTILINE)
    assert len(listed) > 15
    told = {title.split()[0].replace("\\-", "-") for title in re.findall(r"^\.SS (.*)$", page, re.MULTILINE)}
    assert set(listed) <= told


def test_as_root_it_says_what_the_camera_does_without(room: Room) -> None:
    assert "without its sandbox" in room.run("root", "evidence-kit", "doctor")


def test_where_no_sandbox_can_be_the_camera_says_so_and_the_rest_works(room: Room) -> None:
    # A user namespace of the person's own, in which there can be no further one: what AppArmor does elsewhere.
    closed = (
        "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all evidence-kit "
    )
    code, said = room.ended(
        *("person", "unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", f"{closed} doctor")
    )
    assert "does not allow the sandbox" in said
    assert "gpg 2" in said
    assert code == 4


def test_upgrading_keeps_the_vault_and_brings_it_to_the_newest_schema(bare: Path, deb: Path, tmp_path: Path) -> None:
    room = Room(copied(bare, f"{bare.name}-upgrade"))
    try:
        install(room, deb)
        room.run("person", "sh", "-c", "echo one two three four five six >/home/person/passphrase")
        room.run("person", "evidence-kit", *VAULT, "init")
        room.run("person", "sh", "-c", f"echo seen before | evidence-kit {' '.join(VAULT)} note -")

        newer = newer_package(deb, tmp_path)
        install(room, newer)
        assert room.run("root", "dpkg-query", "--show", "evidence-kit").split() == ["evidence-kit", _NEWER]
        assert "seen before" in room.run("person", "evidence-kit", *VAULT, "journal")
        room.run("person", "sh", "-c", f"echo seen after | evidence-kit {' '.join(VAULT)} note -")

        # The older program knows that a newer one was here, and touches nothing.
        before = contents(room / "home/person/vault")
        Room(room.folder, ((deb.parent, "/packages"),)).run("root", "dpkg", "--install", f"/packages/{deb.name}")
        code, said = room.ended("person", "evidence-kit", *VAULT, "journal")
        assert code == 2
        assert "newer" in said
        assert contents(room / "home/person/vault") == before
    finally:
        shutil.rmtree(room.folder)


def newer_package(deb: Path, folder: Path) -> Path:
    """The same package with a higher version and one more step in the vault's schema."""
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {_NEWER}", control.read_text()))
    (schema,) = tree.rglob("vault/schema/0001-first.sql")
    (schema.with_name("0999-later.sql")).write_text("CREATE TABLE later (one INTEGER) STRICT;\n")
    made = folder / f"evidence-kit_{_NEWER}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, stdout=subprocess.PIPE
    )
    shutil.rmtree(tree)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_removing_leaves_vaults_and_says_where_and_takes_the_cameras_profile_along(bare: Path, deb: Path) -> None:
    room = Room(copied(bare, f"{bare.name}-remove"))
    try:
        # As if AppArmor 4 were here (Ubuntu 24.04, Debian 13).
        (room / "etc/apparmor.d/abi").mkdir(parents=True, exist_ok=True)
        (room / "etc/apparmor.d/abi/4.0").touch()
        install(room, deb)
        profile = room / "etc/apparmor.d/evidence-kit-camera"
        assert "userns," in profile.read_text()
        room.run("person", "sh", "-c", "echo one two three four five six >/home/person/passphrase")
        room.run("person", "evidence-kit", *VAULT, "init")
        before = contents(room / "home/person")

        said = room.run("root", "apt-get", "remove", "--yes", "--quiet=2", "evidence-kit")
        assert "Vaults are left" in said
        assert "~/.local/share/evidence-kit" in said
        assert not (room / "usr/lib/evidence-kit").exists()
        assert not profile.exists()
        room.run("root", "dpkg", "--purge", "evidence-kit")
        assert contents(room / "home/person") == before
        install(room, deb)
        room.run("person", "evidence-kit", *VAULT, "journal")
    finally:
        shutil.rmtree(room.folder)


@pytest.mark.slow
def test_the_cameras_profile_is_one_that_apparmor_takes_and_names_what_is_there(
    rooms: None, deb: Path, tmp_path: Path
) -> None:
    """By the parser of Debian 13: Debian 12's knows no user namespaces."""
    subprocess.run(["dpkg-deb", "--extract", deb, tmp_path], check=True)
    share = tmp_path / "usr/share/evidence-kit"
    room = Room(system(NEWEST, "apparmor"), ((share, "/profile"),))
    parser = ("apparmor_parser", "--skip-kernel-load", "--skip-cache", "--Werror")
    room.run("root", *parser, "--features-file", "/etc/apparmor.d/abi/4.0", "/profile/evidence-kit-camera.apparmor")
    text = (share / "evidence-kit-camera.apparmor").read_text()
    ((folder, names),) = re.findall(r"(/usr/lib/[\w-]+/)\{([^}]+)\}", text)
    assert all((tmp_path / f"{folder}{name}".lstrip("/")).is_file() for name in names.split(","))


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (("desktop-file-validate", "--no-hints"), "applications/evidence-kit.desktop"),
        # The project has no domain whose reverse could be the name, and the portal knows programs by this one.
        (
            ("appstreamcli", "validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info"),
            "metainfo/evidence-kit.metainfo.xml",
        ),
    ],
)
def test_what_desktops_read_of_it_is_valid(program: tuple[str, ...], what: str, deb: Path, tmp_path: Path) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"needs {program[0]}")
    subprocess.run(["dpkg-deb", "--extract", deb, tmp_path], check=True)
    done = subprocess.run([*program, tmp_path / "usr/share" / what], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
