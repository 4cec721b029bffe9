"""Request bodies of a check-in and its repair order, as a dealer's app sends them."""

from typing import Any

STATIONS: dict[str, dict[str, Any]] = {
    "LEFT_FRONT_DOOR": {"odometer_km": 20113, "fuel_percent": 40},
    "LEFT_FRONT_WING": {"vin_seen": "JT1234567890ABCDE"},
    "FRONT": {"plate_seen": "沪 A·12345"},
    "RIGHT_SIDE": {"damages": [{"position": "rear door", "note": "scratch", "photo": "camera/1"}]},
    "REAR": {},
    "LEFT_SIDE": {},
}
QUESTIONNAIRE: dict[str, Any] = {
    "answers": {
        "what": ["NOISE"],
        "where": ["UNSURE"],
        "when": ["TODAY"],
        "conditions": ["BRAKING"],
        "who_drove": ["OWNER"],
        "how_often": ["SOMETIMES"],
    },
    "own_words": "It squeals somewhere.",
    "read_back": True,
}
LINE: dict[str, Any] = {
    "operation": "PM20",
    "title": "20,000 km service",
    "work_class": "PM",
    "hours": 2,
    "labour": {"amount": 20000, "currency": "CNY"},
    "parts": [{"number": "90915", "name": "Oil filter", "price": {"amount": 15000, "currency": "CNY"}}],
}
