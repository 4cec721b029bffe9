"""The first dealer: the reference day of the trade's training sheets, Monday June 23 (PM 16 h, GR 32 h).

Times, models, kilometres and hours of the PM sheet are as printed; of the GR sheet only customers and times are legible
there: its hours are taken as 4, 1.5, 1 and 2, and its models and kilometres are assumed as well.
"""

from dataclasses import replace
from datetime import datetime, time

from demo.plan import MONDAY, Car, Customer, Dealer, Incident, Technician, Visit, Work, a_vin, scheduled

_PM = (
    ("Jones", "8:15", "AE100", 20_000, 2.0, ()),
    ("Philips", "8:30", "AE100", 10_000, 1.0, ()),
    ("Bottacin", "9:00", "LC100", 30_000, 1.0, (Incident.BY_LINK,)),
    ("Sumners", "9:15", "FZJ80", 5_000, 0.5, ()),
    ("Williams", "9:30", "AL25", 40_000, 2.5, ()),
    ("Bert", "9:45", "Starlet", 1_000, 0.5, ()),
    ("Oscar", "10:15", "FZJ75", 10_000, 1.5, ()),
)
_GR = (
    ("Abbott", "8:00", "AE100", 62_000, 4.0, (Incident.FAILED_QC,)),
    ("Clarke", "8:15", "LC100", 88_000, 1.5, (Incident.DECLINED_LINE,)),
    ("Murakami", "8:30", "AL25", 41_500, 1.0, (Incident.BY_LINK,)),
    ("Bloggs", "8:45", "FZJ80", 120_000, 2.0, (Incident.VIN_MISMATCH,)),
)


def reference_dealer() -> Dealer:
    """SH001 with its eleven customers."""
    dealer = Dealer(
        code="SH001",
        name="Pudong Motors",
        name_zh="浦东汽车",
        zone="Asia/Shanghai",
        currency="CNY",
        region="east",
        area="shanghai",
        advisors=("anna", "bo", "chen"),
        technicians=(
            Technician("sean", "PM"),
            Technician("tim", "PM"),
            Technician("dave", "GR"),
            Technician("john", "GR"),
            Technician("kai", "GR"),
            Technician("lin", "GR"),
        ),
    )
    visits = [
        _visit(dealer, index, work_class, row)
        for index, (work_class, row) in enumerate([("PM", row) for row in _PM] + [("GR", row) for row in _GR])
    ]
    return scheduled(replace(dealer, visits=tuple(visits)))


def _visit(
    dealer: Dealer, index: int, work_class: str, row: tuple[str, str, str, int, float, tuple[Incident, ...]]
) -> Visit:
    name, clock, model, km, hours, incidents = row
    hour, minute = clock.split(":")
    title = f"{km:,} km service" if work_class == "PM" else "Repair as told"
    return Visit(
        key=name.lower(),
        dealer=dealer.code,
        customer=Customer(name, f"+86 138 0100 {1000 + index}"),
        car=Car(a_vin("LFMAE", 1000 + index), f"沪A{20100 + index}", model, km),
        arrival=datetime.combine(MONDAY, time(int(hour), int(minute)), dealer.tz),
        work=Work(f"{work_class}-{km // 1000}", title, work_class, hours, round(hours * 24_000), 12_000),
        incidents=frozenset(incidents),
    )
