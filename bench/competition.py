"""Competition for capacity at length: histories of 30 operations by seven actors, switched at every await of the store.

    .venv/bin/python bench/competition.py 1000000            # in memory, on all cores
    .venv/bin/python bench/competition.py --real 2000        # histories on a MongoDB of its own

After every commit hours, slots and loaner cars are added up anew. The first history that does not add up ends it with
its seed; ``--seed`` plays from there.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "services/booking/tests"))

from booking_histories import OPERATIONS, play_histories, real_store
from sevenstep.stack import Stack, StackOptions

A_PIECE = 10_000
AT_ONCE = 8


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("count", type=int, help="operations in memory, or histories with --real")
    asked.add_argument("--real", action="store_true", help="on the real store")
    asked.add_argument("--seed", type=int, default=0, help="seed of the first history")
    given = asked.parse_args()
    began = time.monotonic()
    told = asyncio.run(on_the_real_store(given.count, given.seed)) if given.real else in_memory(given.count, given.seed)
    took = time.monotonic() - began
    print(f"{told['operations']:,} operations in {told['histories']:,} histories: nothing given twice, all adds up.")
    print(f"{took:.0f} s, {told['operations'] / took:.0f} operations a second on {os.cpu_count()} cores")
    print({name: count for name, count in sorted(told.items()) if name not in ("operations", "histories")})


def in_memory(operations: int, seed: int) -> Counter[str]:
    """In pieces, on all cores."""
    seeds_a_piece = -(-A_PIECE // OPERATIONS)
    pieces = -(-operations // A_PIECE)
    told: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        running = [pool.submit(a_piece, seed + n * seeds_a_piece) for n in range(pieces)]
        try:
            for done, piece in enumerate(as_completed(running), start=1):
                told.update(piece.result())
                if done % 10 == 0:
                    print(f"{told['operations']:,} operations", file=sys.stderr, flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # what was found is told now, not after all the others
            raise
    return told


def a_piece(first_seed: int) -> Counter[str]:
    return asyncio.run(play_histories(A_PIECE, first_seed))


async def on_the_real_store(histories: int, seed: int) -> Counter[str]:
    """Each history with a dealer of its own; several side by side, for they wait for the disk most of the time."""
    with Stack(StackOptions(name="competition", services=[], discard=True)) as stack:
        async with real_store(stack.description.mongo["url"]) as store:
            told: Counter[str] = Counter()
            left = iter(range(seed, seed + histories))

            async def player() -> None:
                for one in left:
                    told.update(await play_histories(OPERATIONS, one, lambda: store, dealer_code))
                    if told["histories"] % 100 == 0:
                        print(f"{told['histories']:,} histories", file=sys.stderr, flush=True)

            await asyncio.gather(*(player() for _ in range(AT_ONCE)))
            return told


dealer_code: Callable[[int], str] = "T{}".format

if __name__ == "__main__":
    main()
