"""When a consumer's client is built anew, and when it is left in peace."""

from collections.abc import Iterable

from chassis.watchdog import STUCK_AFTER_S, SURE_AFTER_S, UNASSIGNED_AFTER_S, Watchdog


async def complaints(watchdog: Watchdog, times: Iterable[float], *, assigned: bool = True, behind: bool = True) -> int:
    async def asked() -> bool:
        return behind

    return [bool(await watchdog.complains(at, assigned, asked)) for at in times].count(True)


async def test_records_that_do_not_come_are_seen_twice_before_the_client_is_built_anew() -> None:
    watchdog = Watchdog(0)
    assert not await complaints(watchdog, [1, STUCK_AFTER_S - 1, STUCK_AFTER_S, STUCK_AFTER_S + 1])
    assert await complaints(watchdog, [STUCK_AFTER_S + SURE_AFTER_S]) == 1


async def test_a_record_that_comes_between_the_two_looks_is_the_end_of_the_suspicion() -> None:
    watchdog = Watchdog(0)
    assert not await complaints(watchdog, [STUCK_AFTER_S])
    watchdog.record(STUCK_AFTER_S + 1)
    assert not await complaints(watchdog, [2 * STUCK_AFTER_S, 2 * STUCK_AFTER_S + 2])


async def test_who_has_nothing_to_read_is_never_stuck() -> None:
    assert not await complaints(Watchdog(0), range(0, 1000, 5), behind=False)


async def test_who_gets_no_partition_is_waited_for_longer() -> None:
    watchdog = Watchdog(0)
    assert not await complaints(watchdog, range(0, int(UNASSIGNED_AFTER_S), 5), assigned=False)
    assert await complaints(watchdog, [UNASSIGNED_AFTER_S + SURE_AFTER_S], assigned=False) == 1
