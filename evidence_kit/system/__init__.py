"""The operating system, behind one interface (`interface`); nothing of the product is known here.

Only this room names what one system has and another has not. There is an implementation for POSIX (`posix`). On a
system without one the import fails: a product without its protections does not start.
"""

import sys

from evidence_kit.system.interface import LookupFault, OperatingSystem, Platform

if sys.platform == "win32":
    raise ImportError("there is no implementation of evidence_kit.system for this operating system")

from evidence_kit.system import posix
from evidence_kit.system.posix import (
    PLATFORM,
    answer_of_copy,
    begin_write_back,
    boot_clock_ns,
    boot_id,
    close_memory,
    end_requests_to,
    forbid_core_dumps,
    forget_cached,
    harden_process,
    ignore_interrupts,
    interrupt,
    is_administrator,
    is_mine,
    kill_family,
    limit_this_process,
    lock_file,
    lookup_fault,
    namespaces_allowed,
    on_end_request,
    open_folder,
    open_in_place,
    open_new,
    open_to_read,
    platform_name,
    refresh_time_zone,
    run_after_end,
    wait_for_end,
    widen_pipe,
)

_COMPLETE: OperatingSystem = posix  # said to the type checker

__all__ = [
    "PLATFORM",
    "LookupFault",
    "OperatingSystem",
    "Platform",
    "answer_of_copy",
    "begin_write_back",
    "boot_clock_ns",
    "boot_id",
    "close_memory",
    "end_requests_to",
    "forbid_core_dumps",
    "forget_cached",
    "harden_process",
    "ignore_interrupts",
    "interrupt",
    "is_administrator",
    "is_mine",
    "kill_family",
    "limit_this_process",
    "lock_file",
    "lookup_fault",
    "namespaces_allowed",
    "on_end_request",
    "open_folder",
    "open_in_place",
    "open_new",
    "open_to_read",
    "platform_name",
    "refresh_time_zone",
    "run_after_end",
    "wait_for_end",
    "widen_pipe",
]
