"""``python -m contract_gate release [--first DAY]``: write the schemas of new and grown events."""

import argparse
import sys

from contracts.catalogue import events

from contract_gate.examples import GOLDEN, write_missing
from contract_gate.released import Unreleasable, manifest, release


def main() -> int:
    parser = argparse.ArgumentParser(prog="contract_gate", description="Release the schemas of the events.")
    parser.add_argument("what", choices=["release"])
    parser.add_argument("--first", metavar="DAY", help="turn the drafts into the first release; no way back")
    arguments = parser.parse_args()
    draft = manifest()["first_release"] is None
    try:
        written = release(events(), day=arguments.first)
    except Unreleasable as wrong:
        print(f"refused: {wrong}", file=sys.stderr)
        return 1
    if draft:
        for stale in GOLDEN.glob("*.json"):
            stale.unlink()
    golden = write_missing(events())
    state = manifest()["first_release"]
    print(f"{len(written)} schemas and {len(golden)} golden messages written;", f"released {state or 'never: drafts'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
