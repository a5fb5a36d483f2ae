"""A camera that answers as its first argument says; it knows the wire and nothing of Qt.

`python stub_camera.py BEHAVIOUR LOG --folder F …` writes one line to LOG at each start and for each request.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

WIDTH, HEIGHT = 40, 30
FIELDS = {
    "v": 1,
    "error": None,
    "spent": False,
    "width": WIDTH,
    "height": HEIGHT,
    "cut_at": None,
    "address_final": "http://example.org/",
    "title": "Title",
    "page_state": "live",
    "net_error": None,
    "net_error_code": 0,
    "http_status": 200,
    "loads": [{"name": "started", "after_ms": 1}],
    "certificate": {"state": "none"},
    "camera": "stub",
    "text": "words",
}
WRONG = {
    "width": [0, 41, -1, "40", None, True],
    "height": [0, 31, 10**9],
    "cut_at": [29, "30"],
    "page_state": ["dead", None, 1],
    "net_error": ["ERR_X\n", "oops", "ERR_" + "A" * 99],
    "net_error_code": [1, -100000, 1.5, None],
    "http_status": [0, 1000, "200"],
    "loads": [
        None,
        [{}],
        [{"name": "Bad Name", "after_ms": 1}],
        [{"name": "unheard-of", "after_ms": 1}],
        [{"name": "started", "after_ms": -1}],
        [1] * 65,
    ],
    "certificate": [
        None,
        {},
        {"state": "fine"},
        {"state": "none", "sha256": "00"},
        {"state": "none", "not_after": "x"},
    ],
    "title": [None, 7, "\ud800"],
    "text": [None, []],
    "v": [0, 2, None],
}


def say(out: object, *parts: bytes) -> None:
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def blob(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content


def answer(behaviour: str, request: dict[str, object]) -> None:
    fields = {**FIELDS, "height": min(HEIGHT, int(str(request["max_height"])))}
    pixels = b"\x01\x02\x03\xff" * WIDTH * HEIGHT
    line = json.dumps(fields).encode() + b"\n"
    match behaviour.split(":"):
        case ["good"]:
            say(sys.stdout, line, blob(pixels), blob(b"MIME"))
        case ["spent"]:
            say(sys.stdout, json.dumps({**fields, "spent": True}).encode() + b"\n", blob(pixels), blob(b""))
        case ["text"]:
            odd = {**fields, "title": "a\u0007b\nc" + "d" * 5000, "text": "e\n" * 300_000}
            say(sys.stdout, json.dumps(odd).encode() + b"\n", blob(pixels), blob(b""))
        case ["hang"]:
            threading.Event().wait()
        case ["hang-in-pixels"]:
            say(sys.stdout, line, blob(pixels)[:1000])
            threading.Event().wait()
        case ["hang-with-grandchild"]:
            os.fork()
            threading.Event().wait()
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["die-in-pixels"]:
            say(sys.stdout, line, blob(pixels)[:1000])
            os.kill(os.getpid(), signal.SIGKILL)
        case ["rubbish"]:
            say(sys.stdout, b"\xff\xfe not json\n")
        case ["endless-line"]:
            while True:
                say(sys.stdout, b"x" * 65536)
        case ["huge-pixels"]:
            say(sys.stdout, line, (2**63).to_bytes(8, "big"))
            threading.Event().wait()
        case ["few-pixels"]:
            say(sys.stdout, line, blob(pixels[:-4]), blob(b""))
        case ["huge-mhtml"]:
            say(sys.stdout, line, blob(pixels), (2**40).to_bytes(8, "big"))
            threading.Event().wait()
        case ["error", code, reason]:
            told = {"v": 1, "error": code, "reason": reason or None, "spent": False}
            say(sys.stdout, json.dumps(told).encode() + b"\n")
        case ["wrong", field, index]:
            say(sys.stdout, json.dumps({**fields, field: WRONG[field][int(index)]}).encode() + b"\n", blob(pixels))
        case _:
            sys.exit(3)


def main() -> None:
    behaviours = sys.argv[1].split(",")
    log = Path(sys.argv[2])
    folder = sys.argv[sys.argv.index("--folder") + 1]
    with log.open("a") as out:
        out.write(json.dumps(["start", os.getpid(), folder, sys.argv[3:]]) + "\n")
    started = sum(json.loads(line)[0] == "start" for line in log.read_text().splitlines())
    # The nth process behaves as the nth word says, the last word standing for all that follow.
    behaviour = behaviours[min(started, len(behaviours)) - 1]
    for line in sys.stdin.buffer:
        with log.open("a") as out:
            out.write(json.dumps(["request", json.loads(line)]) + "\n")
        answer(behaviour, json.loads(line))


if __name__ == "__main__":
    main()
