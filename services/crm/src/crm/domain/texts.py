"""What customers read and agents say, in both languages, as data (X4)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.crm import Purpose, Topic

TEXTS: Mapping[str, Mapping[Purpose, str]] = {
    "en": {
        Purpose.PLACE_OFFER: "Dear {name}, a place became free at {dealer}: {arrival}. It is held for you until {expires}: {link}",  # noqa: E501
        Purpose.REMINDER: "Dear {name}, {dealer} expects you and your {vehicle} on {arrival}.",
        Purpose.NO_SHOW_FOLLOW_UP: "Dear {name}, we missed you at {dealer} on {arrival}. Shall we book another time for your {vehicle}?",  # noqa: E501
        Purpose.AUTHORISATION: "Dear {name}, please decide on the estimate of {amount} for your {vehicle} until {expires}: {link}",  # noqa: E501
        Purpose.PROGRESS: "Dear {name}, your {vehicle} will be ready on {promised} (instead of {previous}). {dealer}",
        Purpose.DELAY: "Dear {name}, your {vehicle} may not be ready on {promised} as promised. We will tell you another time. {dealer}",  # noqa: E501
        Purpose.READY_NOTICE: "Dear {name}, your {vehicle} is ready at {dealer}.",
        Purpose.SURVEY: "Dear {name}, were you satisfied with your visit at {dealer}? Please tell us: {link}",
        Purpose.COMPLAINT_HANDLING: "Dear {name}, we are working on your complaint. {dealer}",
        Purpose.CARE: "Dear {name}, your {vehicle} is due. {dealer} is happy to see you.",
    },
    "zh": {
        Purpose.PLACE_OFFER: "{name}您好，{dealer}有空位了：{arrival}，为您保留至{expires}，请确认：{link}",
        Purpose.REMINDER: "{name}您好，{dealer}提醒您：您的{vehicle}已预约于{arrival}到店。",
        Purpose.NO_SHOW_FOLLOW_UP: "{name}您好，{arrival}未能在{dealer}见到您，是否为您的{vehicle}重新预约？",
        Purpose.AUTHORISATION: "{name}您好，请于{expires}前确认您的{vehicle}的维修估价{amount}：{link}",
        Purpose.PROGRESS: "{name}您好，您的{vehicle}交车时间由{previous}改为{promised}。{dealer}",
        Purpose.DELAY: "{name}您好，您的{vehicle}可能无法按约定于{promised}交车，新的交车时间将另行通知您。{dealer}",
        Purpose.READY_NOTICE: "{name}您好，您的{vehicle}已可在{dealer}取车。",
        Purpose.SURVEY: "{name}您好，您对{dealer}的本次服务满意吗？请告诉我们：{link}",
        Purpose.COMPLAINT_HANDLING: "{name}您好，我们正在处理您的投诉。{dealer}",
        Purpose.CARE: "{name}您好，您的{vehicle}已到保养时间，{dealer}期待您的光临。",
    },
}

TOPICS: Mapping[str, Mapping[Topic, str]] = {
    "en": {
        Topic.COMPLAINT_SATISFACTION: "Are you satisfied with how we handled your complaint?",
        Topic.CHANNEL_PREFERENCE: "How may we contact you in future?",
    },
    "zh": {
        Topic.COMPLAINT_SATISFACTION: "您对我们处理投诉的方式满意吗？",
        Topic.CHANNEL_PREFERENCE: "今后您希望我们以何种方式联系您？",
    },
}
OTHER_TIMES = {"en": "We could see you at: {offers}.", "zh": "目前可为您安排：{offers}。"}
"""Said where a contact has times to offer (B10)."""
BETWEEN = ", "
MISSING = {"en": "(erased)", "zh": "（已删除）"}


def render(
    purpose: Purpose, language: str, topics: list[Topic], *, zone: str, about: Mapping[str, str], **opened: str | None
) -> str:
    """The text of one contact. ``about`` as the contact keeps it; its instants (ISO) are shown in the dealer's time.

    ``offers``, where it is given: several instants, joined by ``join_instants``.
    """
    words = {key: _shown(value, zone) for key, value in about.items()}
    words |= {key: value or MISSING[language] for key, value in opened.items()}
    sentence = TEXTS[language].get(purpose, "{name}, {dealer}").format_map(_Words(words))
    times = [OTHER_TIMES[language].format_map(words)] if "offers" in words else []
    return " ".join([sentence, *times, *(TOPICS[language][topic] for topic in topics if topic in TOPICS[language])])


class _Words(dict[str, str]):
    """A word nobody gave is shown as a gap instead of losing the whole message."""

    def __missing__(self, key: str) -> str:
        return "…"


def join_instants(instants: Iterable[datetime]) -> str:
    """Several instants as one word of ``about``."""
    return BETWEEN.join(instant.isoformat() for instant in instants)


def _shown(value: str, zone: str) -> str:
    return BETWEEN.join(_shown_alone(part, zone) for part in value.split(BETWEEN))


def _shown_alone(value: str, zone: str) -> str:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if instant.tzinfo else value
