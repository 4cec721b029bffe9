"""The process that owns a stack started by `sevenstep up`: it starts everything, waits to be told to stop, stops it."""

import json
import sys
import time

from sevenstep.control import open_door
from sevenstep.signals import ToldToStop, obey_signals
from sevenstep.stack import Stack, StackOptions


def run(options: StackOptions) -> int:
    """Own a stack until told to stop. Answers the exit status."""
    obey_signals()
    stack = Stack(options, progress=_say)
    try:
        with stack:
            stack.description.control = open_door(stack)
            stack.description.write()
            _watch(stack)
    except ToldToStop as told:
        _say("stack", str(told))
        return 0
    except Exception as failure:
        _say("failed", str(failure))
        return 1
    return 0


def _watch(stack: Stack) -> None:
    known: set[str] = set()
    while True:
        fallen = set(stack.fallen())
        for name in sorted(fallen - known):
            stack.tell(name, "ended by itself; nothing is restarted unasked (sevenstep restart)")
        known = fallen
        time.sleep(1)


def _say(part: str, state: str) -> None:
    print(time.strftime("%H:%M:%S"), part, state, flush=True)


if __name__ == "__main__":
    sys.exit(run(StackOptions(**json.loads(sys.argv[1]))))
