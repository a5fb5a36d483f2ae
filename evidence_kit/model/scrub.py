"""Take addresses out of texts that leave this machine, as OONI does (df-000)."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any, Final

SCRUBBED: Final = "[scrubbed]"

_MAC: Final = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}(?:[:-]|%3[Aa])){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_IPV4: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:(?::|%3[Aa])\d{1,5})?(?!\d|\.\d)")
_IPV6: Final = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![0-9A-Za-z:])")


def scrub_addresses(text: str) -> str:
    """`text` with every IP address, endpoint and MAC address replaced, as OONI does for headers and bodies."""
    text = _MAC.sub(SCRUBBED, text)
    text = _IPV4.sub(SCRUBBED, text)
    return _IPV6.sub(lambda found: SCRUBBED if _is_ipv6(found[0]) else found[0], text)


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def own_pattern(own: Iterable[str]) -> re.Pattern[str] | None:
    forms: set[str] = set()
    for name in own:
        forms.add(name)
        if _MAC.fullmatch(name):
            digits = re.sub(r"[^0-9A-Fa-f]", "", name)
            forms |= {digits, ":".join(re.findall("..", digits)), "-".join(re.findall("..", digits))}
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<![\w.:])(?:{'|'.join(map(re.escape, longest_first))})(?![\w]|\.\d)", re.IGNORECASE)


def scrub_own(value: Any, pattern: re.Pattern[str] | None) -> Any:
    if pattern is None:
        return value
    if isinstance(value, str):
        return pattern.sub(SCRUBBED, value)
    if isinstance(value, list):
        return [scrub_own(inner, pattern) for inner in value]
    if isinstance(value, dict):
        return {pattern.sub(SCRUBBED, name): scrub_own(inner, pattern) for name, inner in value.items()}
    return value
