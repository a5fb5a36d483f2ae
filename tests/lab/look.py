"""The near side of the lab: one round in this namespace, judged; one line of JSON."""

import json
import sys
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.detect.ladder import judge
from evidence_kit.probe.link import LinkWatch
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.targets import load_targets


def main(targets_path: Path, mode: str) -> None:
    targets = load_targets(targets_path)
    if mode == "watch":
        with LinkWatch(targets, SystemClock()) as watch:
            print("watching", flush=True)
            print(json.dumps(watch.wait(20)), flush=True)
        return
    seen = measure_round(targets, SystemClock(), proxy=mode if mode.startswith("socks") else None, salt=b"lab")
    judgement = judge(seen)
    print(
        json.dumps(
            {
                "state": judgement.state.value,
                "methods": judgement.methods,
                "reasons": judgement.reasons,
                "gateway": seen.gateway.alive,
                "how": seen.gateway.how,
                "network": seen.network,
                "sent": seen.bytes_sent,
                "own": seen.link.own,
                "disturbed": seen.disturbed,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
