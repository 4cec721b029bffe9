"""What a person takes into a spreadsheet (B8, B12, B13): the answer as CSV, in his language, never a formula."""

import csv
import io

import pytest
from booking_builders import THE_DAY
from booking_desk import DeskClient, a_confirm_body

REGISTER = f"/days/{THE_DAY}/register"


def asking(desk, accept="text/csv", language="en"):
    headers = {**desk.bearer, "Accept": accept, "Accept-Language": language}
    return DeskClient(desk.http, headers, desk.dealer)


def rows(answer):
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv"), answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheets ask for the mark"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
async def booked(desk):
    await desk.plan()
    await desk.book("08:15", confirm=a_confirm_body(name="Jones", source="WEB_SITE"))
    return desk


async def test_the_register_is_a_table_with_names_instead_of_codes(booked):
    """B8, X4."""
    day, _, head_of, head, row = rows(await asking(booked).get(REGISTER))
    assert (day, head_of) == (["day", str(THE_DAY)], ["list"])
    told = dict(zip(head, row, strict=True))
    assert (told["time"], told["customer"], told["work class"], told["state"], told["source"]) == (
        *("08:15", "Jones", "periodic maintenance"),
        *("confirmed", "web site"),
    )
    head, row = rows(await asking(booked, language="zh-CN").get(REGISTER))[-2:]
    told = dict(zip(head, row, strict=True))
    assert (told["客户"], told["作业类别"], told["状态"], told["来源"]) == ("Jones", "定期保养", "已确认", "网站")


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+1", "-1", "\uff1d1+1"])
async def test_no_cell_is_run_as_a_formula(desk, name):
    """X3: what a customer calls himself is text, in any spreadsheet."""
    await desk.plan()
    await desk.book("08:15", confirm=a_confirm_body(name=name))
    head, row = rows(await asking(desk).get(REGISTER))[-2:]
    told = dict(zip(head, row, strict=True))
    assert (told["customer"], told["phone"]) == (f"'{name}", "'+86 138 0013 8000")


async def test_the_board_has_its_parts_one_below_the_other(booked):
    """B8: hours by class, slots, hours, technicians."""
    table = rows(await asking(booked).get(f"/days/{THE_DAY}/board"))
    heads = [row[0] for row in table if len(row) == 1]
    assert heads == ["work classes", "slots", "hours", "technicians"]
    pm = next(row for row in table if row[:1] == ["periodic maintenance"])
    assert pm[1:3] == ["16.0", "1.0"] and pm[-1] == "no"


async def test_figures_forecast_sheets_and_due_vehicles_are_tables_too(booked):
    """B8, B12, B13: every column has a name."""
    manager = asking(booked)
    figures = rows(await manager.get("/figures", **{"from": str(THE_DAY), "to": str(THE_DAY)}))
    assert ["booking rate", ""] in figures and ["work classes"] in figures
    assert rows(await manager.get("/forecast"))[0] == ["method", "mean of the last 8 same weekdays worked"]
    assert ["hours left", "15.0"] in rows(await manager.get(f"/days/{THE_DAY}/sheets/PM"))
    assert rows(await manager.get("/due-vehicles", until=str(THE_DAY))) == [[]]
    every = [
        cell for table in (figures, rows(await manager.get(f"/days/{THE_DAY}/board"))) for row in table for cell in row
    ]
    assert [cell for cell in every if "_" in cell] == []


async def test_who_asks_for_json_gets_it_as_before(booked):
    """X3: and a refusal is a problem for everybody."""
    assert (await asking(booked, accept="application/json").get(REGISTER)).json()["items"][0]["customer"] == "Jones"
    refused = await asking(booked).get("/days/never/register")
    assert refused.headers["content-type"] == "application/problem+json"
