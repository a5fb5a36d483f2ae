"""What Chromium is told before it starts: its flags and its surroundings. No Qt here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from evidence_kit.system import is_administrator

# Everything else stays behind: a variable of the desktop could add a proxy, a debugging port or a missing sandbox.
_KEPT: Final = frozenset(
    {"PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "SYSTEMROOT", "WINDIR"}
)
_HOMES: Final = (
    *("HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"),
)
_ALWAYS: Final = (
    # Drawn by the processor: the same pixels everywhere, and no driver for a hostile page to talk to.
    "--disable-gpu",
    "--disable-3d-apis",
    # A frame is shown only once it is wholly painted.
    "--run-all-compositor-stages-before-draw",
    "--disable-checker-imaging",
    "--disable-new-content-rendering-timeout",
    # Nothing on the network but what the page itself asks for.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-sync",
    "--disable-breakpad",
    "--no-pings",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--mute-audio",
    # Chromium's own log would name the addresses.
    "--disable-logging",
    "--log-level=3",
)


def sandboxed() -> bool:
    """Whether Chromium keeps its sandbox. It refuses to start with one as root, and only there it goes without."""
    return not is_administrator()


def chromium_flags(proxy: str | None) -> list[str]:
    """Chromium's command line. With a proxy everything goes through it or not at all, names and loopback included."""
    flags = list(_ALWAYS)
    if not sandboxed():
        flags.append("--no-sandbox")
    if proxy is None:
        return [*flags, "--no-proxy-server"]
    return [
        *flags,
        f"--proxy-server={proxy}",
        "--proxy-bypass-list=<-loopback>",
        f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {urlsplit(proxy).hostname}",
    ]


def surroundings(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The variables the camera runs with: the person's language and paths, and `folder` for every kind of home."""
    kept = {name: value for name, value in environment.items() if name in _KEPT or name.startswith("LC_")}
    kept |= dict.fromkeys(_HOMES, str(folder))
    return kept | {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
