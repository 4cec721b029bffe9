"""What a caller reads, in his language (X4); the codes beside it never change (X3)."""

import re

from booking_builders import THE_DAY
from booking_desk import DeskClient, a_plan_body

CHINESE = re.compile("[一-鿿]")
ZH = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}


def in_chinese(desk):
    return DeskClient(desk.http, {**desk.bearer, **ZH}, desk.dealer)


async def test_a_refusal_is_told_in_the_language_asked_for_and_english_else(desk):
    """X4, B2: text and offers' reasons; code and status are the same."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    await desk.hold("09:00")
    english, chinese = await desk.hold("09:00"), await in_chinese(desk).hold("09:00")
    assert english.json()["code"] == chinese.json()["code"] == "slot-taken"
    assert english.json()["detail"] == "The slot is taken: take one of the offers in `details`."
    assert chinese.json()["detail"].startswith("该时段已被占用") and chinese.headers["content-language"] == "zh"
    why = chinese.json()["details"]["offers"][0]["why"]
    assert all(CHINESE.search(reason["text"]) for reason in why)
    assert why[0]["text"] == "与期望时间相差 15 分钟"


async def test_offers_say_why_in_the_callers_language(desk):
    """B2, X4."""
    await desk.plan()
    asked = {"work_class": "PM", "hours": 1, "from": str(THE_DAY), "preferred": "2025-06-23T09:00:00+08:00"}
    english = (await desk.get("/offers", **asked)).json()["items"][0]["why"]
    chinese = (await in_chinese(desk).get("/offers", **asked)).json()["items"][0]["why"]
    assert english[0]["text"] == "0 minutes from the wanted time" and english[3]["text"] == "the day would be 6 % full"
    assert chinese[3]["text"] == "当日负荷将达 6%"


async def test_values_stand_in_a_translated_text(desk):
    """B1, X4."""
    asked = {"work_class": "PM", "hours": 1, "from": "2025-06-23", "to": "2026-06-23"}
    refused = (await in_chinese(desk).get("/offers", **asked)).json()
    most = refused["details"]["most"]
    assert most > 1 and refused["detail"].startswith(f"请查询 1 至 {most} 天")


async def test_the_door_itself_speaks_the_callers_language(desk):
    """X4: what the platform refuses before any rule of booking does."""
    refused = await in_chinese(desk).put(f"/days/{THE_DAY}/capacity", {"technicians": "none"})
    assert refused.json()["detail"] == "有些字段不符合要求:请查看 errors。"
    foreign = await desk.http.get("/dealers/NO001/lists", headers={**desk.bearer, **ZH})
    assert foreign.status_code == 404 and CHINESE.search(foreign.json()["detail"])


async def test_every_code_of_a_list_has_its_names(desk):
    """X4: work classes, channels, reasons and states, for the screens of any dealer's app."""
    lists = {one["name"]: one["items"] for one in (await desk.get("/lists")).json()["lists"]}
    assert {"code": "PM", "en": "periodic maintenance", "zh": "定期保养"} in lists["work-class"]
    assert len(lists) > 15
    assert [one for items in lists.values() for one in items if not CHINESE.search(one["zh"]) or not one["en"]] == []
    # A code that is an English word, such as ``phone``, is its own name; any other would be an id on the screen.
    every = [one for items in lists.values() for one in items]
    assert [one for one in every if one["en"] == one["code"] and not one["code"].isalpha()] == []
    assert [one for one in every if one["en"].isupper() and one["en"] == one["code"]] == []


async def test_the_customers_page_speaks_his_language_else_the_dealers(desk):
    """B9, X4: a browser that asks for English gets it; who says nothing reads the dealer's own language."""
    await desk.plan()
    visit = (await desk.book("09:00")).json()["visit_id"]
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    own = (await desk.http.get(f"/links/{token}")).json()
    english = (await desk.http.get(f"/links/{token}", headers={"Accept-Language": "en"})).json()
    assert (own["language"], own["dealer_name"], own["text"]) == (
        "zh",
        "上海一店",
        "我们将于 2025-06-23 09:00 恭候您的到来。",
    )
    assert (english["dealer_name"], english["text"]) == ("Shanghai One", "You are expected at 2025-06-23 09:00.")
    calendar = (await desk.http.get(f"/links/{token}/calendar.ics")).text
    assert "SUMMARY:上海一店:恭候您的爱车" in calendar
