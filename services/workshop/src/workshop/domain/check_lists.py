"""Quality check lists by kind of work, as data (W7). Texts in Chinese and English."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.values import WorkClass


@dataclass(frozen=True)
class CheckItem:
    """One thing the inspector looks at. ``road_test``: only driving shows it."""

    code: str
    en: str
    zh: str
    road_test: bool = False


_EVERY_JOB = (
    CheckItem("work-as-ordered", "Every authorised line is done as ordered", "委托项目全部完成"),
    CheckItem("no-leaks", "No leaks after the engine ran", "发动机运转后无泄漏"),
    CheckItem("no-tools-left", "No tools or rags left in the vehicle", "车内无遗留工具与抹布"),
)

CHECK_LISTS: dict[WorkClass, tuple[CheckItem, ...]] = {
    WorkClass.PM: (
        *_EVERY_JOB,
        CheckItem(
            "fluid-levels",
            "Oil, coolant, brake and washer fluid at their marks",
            "机油、冷却液、制动液、洗涤液液位正常",
        ),
        CheckItem("wheel-torque", "Wheel nuts tightened to the torque given", "车轮螺母按规定扭矩紧固"),
        CheckItem("service-reminder-reset", "Service reminder reset", "保养提示已归零"),
    ),
    WorkClass.QUICK_SERVICE: (
        *_EVERY_JOB,
        CheckItem("wheel-torque", "Wheel nuts tightened to the torque given", "车轮螺母按规定扭矩紧固"),
    ),
    WorkClass.GR: (
        *_EVERY_JOB,
        CheckItem("fault-gone", "The customer's complaint no longer shows", "客户反映的故障已消除", road_test=True),
        CheckItem("no-fault-codes", "No fault codes stored", "无故障码"),
    ),
    WorkClass.UNKNOWN: _EVERY_JOB,
}


def check_list_for(classes: Iterable[WorkClass]) -> tuple[CheckItem, ...]:
    """The items of all the job's classes, each once."""
    items = {item.code: item for work_class in sorted(classes) for item in CHECK_LISTS[work_class]}
    return tuple(items.values())
