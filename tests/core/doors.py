"""The one way to each library and each power of the system: who may, and why. `test_doors` holds the code to it."""

from typing import Final

LIBRARIES: Final[dict[str, tuple[str, ...]]] = {
    "PIL": (
        "evidence_kit/capture/",
        "evidence_kit/jobs/thumbnailer.py",
        "evidence_kit/seal/qr_reading.py",
        "evidence_kit/verify/proof.py",
    ),
    "PySide6": ("ui/",),
    "aiosmtpd": ("evidence_kit/drill/",),
    "argon2": ("evidence_kit/vault/",),
    "certifi": ("evidence_kit/probe/", "evidence_kit/sync/"),
    "cryptography": ("evidence_kit/vault/", "evidence_kit/drill/"),
    "dns": ("evidence_kit/probe/", "evidence_kit/drill/"),
    "gnupg": ("evidence_kit/seal/",),
    "isal": ("evidence_kit/capture/", "evidence_kit/report/", "evidence_kit/verify/"),
    "jeepney": ("evidence_kit/portal/",),
    "mss": ("evidence_kit/capture/",),
    "nacl": ("evidence_kit/vault/",),
    "platformdirs": ("evidence_kit/machine/",),
    "psutil": ("evidence_kit/probe/", "evidence_kit/seal/homes.py", "evidence_kit/vault/"),
    "rfc8785": ("evidence_kit/model/codec.py",),
    "shiboken6": ("ui/",),
    "socks": ("evidence_kit/probe/", "evidence_kit/sync/"),
    "sqlcipher3": ("evidence_kit/vault/",),
    "typer": ("evidence_kit/cli/",),
    "zxingcpp": ("evidence_kit/seal/",),
}
"""A library that is not here has no door: a new one is added with the room that uses it."""

PROGRAMS: Final = {
    "evidence_kit/app/remote.py": "starts the process that has the keys",
    "evidence_kit/capture/child.py": "starts the page camera",
    "evidence_kit/capture/reader.py": "starts a reader of a stranger's bytes",
    "evidence_kit/drill/child.py": "starts the drill for the window",
    "evidence_kit/drill/commands.py": "starts the command line, as a person would",
    "evidence_kit/drill/recipient.py": "starts gpg, as a recipient would",
    "evidence_kit/machine/children.py": "becomes another command of this product",
    "evidence_kit/jobs/pictures.py": "starts the maker of small pictures",
    "evidence_kit/portal/bus.py": "starts the process that the portal may look at",
    "evidence_kit/seal/certificate.py": "starts the reader of a certificate",
    "evidence_kit/seal/engine.py": "starts gpg",
    "evidence_kit/seal/homes.py": "asks and ends the agents of gpg",
    "evidence_kit/seal/qr_code.py": "starts the reader of a QR code",
    "evidence_kit/verify/child.py": "starts the checker of a report",
}

THREADS: Final = {
    "evidence_kit/app/pipe.py": "one message at a time on the pipe",
    "evidence_kit/app/remote.py": "one thread reads what the vault's process answers",
    "evidence_kit/app/station.py": "a signal ends the waiting of the command line",
    "evidence_kit/app/threads.py": "the pool and the watch of the window's process",
    "evidence_kit/app/vaults.py": "waits for a lock that is being given up",
    "evidence_kit/capture/child.py": "a timer ends a child that is late",
    "evidence_kit/capture/page.py": "one page at a time through one camera",
    "evidence_kit/capture/png.py": "hashes beside the encoder",
    "evidence_kit/capture/reader.py": "a timer ends a child that is late",
    "evidence_kit/drill/child.py": "may be stopped from any thread",
    "evidence_kit/drill/mail_server.py": "the drill's mail server has a loop of its own",
    "evidence_kit/drill/commands.py": "reads what a command says beside it",
    "evidence_kit/drill/journey.py": "waits between looks at what happened",
    "evidence_kit/drill/servers.py": "servers of the drill beside its steps",
    "evidence_kit/jobs/cameras.py": "a timer ends a camera that nobody uses",
    "evidence_kit/jobs/kit.py": "the writer thread that owns the vault, and those beside it",
    "evidence_kit/jobs/pictures.py": "one picture at a time, and a timer for a child that is late",
    "evidence_kit/probe/concurrency.py": "probes run side by side, and are waited for only so long",
    "evidence_kit/seal/engine.py": "gpg is written to while it is read",
    "evidence_kit/sync/attempt.py": "may be stopped from any thread",
    "evidence_kit/sync/pending.py": "told by the sending thread, asked by others",
    "evidence_kit/sync/sender.py": "may be stopped from any thread",
    "evidence_kit/system/interrupts.py": "interrupts arrive on the main thread alone",
    "evidence_kit/watch/station.py": "sends beside the watch",
    "ui/camera/serve.py": "reads requests beside Chromium's own loop",
}

WRITING: Final = {
    "evidence_kit/files.py": "whole files, or none",
    "evidence_kit/app/handover.py": "writes to a pipe",
    "evidence_kit/capture/handed_over.py": "removes the desktop's file by the folder that was opened",
    "evidence_kit/drill/recipient.py": "a throw-away copy of a folder",
    "evidence_kit/jobs/report_sealing.py": "writes to a pipe",
    "evidence_kit/machine/places.py": "tries whether a folder takes anything",
    "evidence_kit/vault/intake.py": "encrypts a stream under a name that nobody knows yet",
    "evidence_kit/seal/homes.py": "marks of gpg homes, in memory",
    "evidence_kit/seal/pgp.py": "gpg homes, in memory",
    "evidence_kit/vault/absorb.py": "moves what is sealed already",
    "evidence_kit/vault/backup.py": "a folder that becomes a vault in one rename",
    "evidence_kit/vault/exhibits.py": "encrypts a stream under a name that nobody knows yet",
    "evidence_kit/vault/header.py": "slots of a fixed size, written in place",
    "evidence_kit/vault/migrate.py": "the copy before a step, synced",
    "evidence_kit/vault/vault.py": "the header's last rename, which makes a vault",
    "evidence_kit/verify/extract.py": "a folder that gets its name when it is whole",
    "ui/camera/__main__.py": "standard output of the camera goes nowhere",
    "ui/camera/serve.py": "takes a folder out of the way before it is removed",
}

STEADY_CLOCK: Final = {
    "evidence_kit/clock/": "the room of time",
    "evidence_kit/system/": "below it: what the system's clocks are",
    "ui/camera/": "counts milliseconds of painting in a process of its own",
}

SYSTEM: Final = "evidence_kit/system/"
FROZEN: Final = {
    "evidence_kit/programs.py": "decides what starts which program",
    "evidence_kit/machine/autostart.py": "a frozen program is started by the name that is on the path",
}
