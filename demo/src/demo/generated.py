"""The second and the third dealer: customers, cars and kilometres come from a seed; the incidents are set."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from demo.plan import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    Car,
    Customer,
    Dealer,
    Incident,
    Technician,
    Visit,
    Work,
    a_vin,
    scheduled,
)

SEED = 20250623


@dataclass(frozen=True)
class _Wanted:
    """A visit whose people and car the seed will choose."""

    key: str
    day: date
    clock: str
    work_class: str
    hours: float
    incidents: tuple[Incident, ...] = ()
    rework_of: str = ""
    same_as: str = ""
    """The customer and car of this visit come again."""


_SHANGHAI = (
    _Wanted("supplement", MONDAY, "8:00", "PM", 1.0, (Incident.SUPPLEMENT,)),
    _Wanted("low-score", MONDAY, "8:30", "GR", 2.0, (Incident.LOW_SCORE,)),
    _Wanted("twice", MONDAY, "9:00", "PM", 1.5, (Incident.ANSWERED_TWICE,)),
    _Wanted("no-show", MONDAY, "9:30", "PM", 1.0, (Incident.NO_SHOW,)),
    _Wanted("beside-the-race", MONDAY, "11:00", "PM", 0.5),
    _Wanted("race", MONDAY, "11:00", "PM", 1.0, (Incident.RACE,)),
    _Wanted("walk-in", MONDAY, "13:00", "GR", 1.0, (Incident.WALK_IN,)),
    _Wanted("re-booked", TUESDAY, "9:00", "GR", 1.5, (Incident.REBOOKED,)),
    _Wanted("withheld", THURSDAY, "10:00", "PM", 1.0, same_as="low-score"),
)
_BERLIN = (
    _Wanted("pause", MONDAY, "8:30", "PM", 1.0, (Incident.PARTS_PAUSE,)),
    _Wanted("refused", MONDAY, "9:00", "GR", 2.0, (Incident.SUPPLEMENT_REFUSED,)),
    _Wanted("comes-back", MONDAY, "9:30", "PM", 1.5),
    _Wanted("called", MONDAY, "10:00", "PM", 0.5, (Incident.CALLED,)),
    _Wanted("walk-in", MONDAY, "10:30", "PM", 0.5, (Incident.WALK_IN,)),
    _Wanted("overnight", MONDAY, "13:00", "GR", 6.0, (Incident.CARRY_OVER,)),
    _Wanted("rework", TUESDAY, "9:00", "PM", 1.0, (Incident.REWORK,), rework_of="comes-back", same_as="comes-back"),
)
_NAMES = {
    "SH002": ("王芳", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周杰", "吴倩"),
    "BE001": ("Schmidt", "Fischer", "Weber", "Wagner", "Becker", "Hoffmann", "Koch", "Richter", "Klein", "Wolf"),
}
_MODELS = ("Corolla", "RAV4", "Yaris", "Camry", "Hilux")


def generated_dealers(seed: int = SEED) -> tuple[Dealer, Dealer]:
    """SH002 in Shanghai and BE001 in Berlin; the same seed gives the same days."""
    chance = random.Random(seed)
    shanghai = Dealer(
        code="SH002",
        name="Hongqiao Auto Service",
        name_zh="虹桥汽车服务",
        zone="Asia/Shanghai",
        currency="CNY",
        region="east",
        area="shanghai",
        advisors=("fang", "gao"),
        technicians=(Technician("hu", "PM"), Technician("jin", "PM"), Technician("ke", "GR"), Technician("luo", "GR")),
    )
    berlin = Dealer(
        code="BE001",
        name="Autohaus Spree",
        name_zh="",
        zone="Europe/Berlin",
        currency="EUR",
        region="europe",
        area="berlin",
        advisors=("greta", "hans"),
        technicians=(
            Technician("ida", "PM"),
            Technician("jonas", "PM"),
            Technician("karl", "GR"),
            Technician("lena", "GR"),
        ),
    )
    return _with_visits(shanghai, _SHANGHAI, chance), _with_visits(berlin, _BERLIN, chance)


def _with_visits(dealer: Dealer, wanted: tuple[_Wanted, ...], chance: random.Random) -> Dealer:
    names = chance.sample(_NAMES[dealer.code], k=len(_NAMES[dealer.code]))
    visits: dict[str, Visit] = {}
    for index, one in enumerate(wanted):
        known = visits.get(one.same_as)
        customer = known.customer if known else Customer(names[index], _phone(dealer, index))
        car = known.car if known else _car(dealer, index, chance)
        visits[one.key] = _visit(dealer, one, customer, car)
    return scheduled(replace(dealer, visits=tuple(visits.values())))


def _visit(dealer: Dealer, one: _Wanted, customer: Customer, car: Car) -> Visit:
    hour, minute = one.clock.split(":")
    rate = 24_000 if dealer.currency == "CNY" else 9_500
    arrival = datetime.combine(one.day, time(int(hour), int(minute)), dealer.tz)
    moved = Incident.REBOOKED in one.incidents
    title = "Rework of the earlier visit" if one.rework_of else f"{one.work_class} work"
    return Visit(
        key=one.key,
        dealer=dealer.code,
        customer=customer,
        car=car,
        arrival=arrival,
        work=Work(f"{one.work_class}-{one.key.upper()}", title, one.work_class, one.hours, round(one.hours * rate)),
        incidents=frozenset(one.incidents),
        first_arrival=datetime.combine(MONDAY, time(10, 0), dealer.tz) if moved else None,
        rework_of=one.rework_of,
    )


def _phone(dealer: Dealer, index: int) -> str:
    return f"+86 139 0200 {2000 + index}" if dealer.currency == "CNY" else f"+49 30 5550 {3000 + index}"


def _car(dealer: Dealer, index: int, chance: random.Random) -> Car:
    maker = "LSVHK" if dealer.currency == "CNY" else "WVWZZ"
    plate = f"沪B{30100 + index}" if dealer.currency == "CNY" else f"B-SV{400 + index}"
    return Car(a_vin(maker, chance.randrange(10**6)), plate, chance.choice(_MODELS), chance.randrange(5, 120) * 1000)
