"""Recipes of workshop, crm and survey."""

from typing import Any

from recipe import Answer, Ask, Recipe, on_case, on_line, on_person, on_visit
from side import BAY, INSPECTOR, TECHNICIAN, Side

# --- workshop --------------------------------------------------------------------------------------------------------

CLOCKS = {"technician": TECHNICIAN}
ROSTER = {
    "technicians": [{"code": TECHNICIAN, "skills": ["GR"], "hours": 8}],
    "bays": [{"code": BAY, "classes": ["GR"]}],
}


def _finding(side: Side) -> dict[str, Any]:
    found = {"cause": side.words("pads worn"), "urgency": "SAFETY", "work_class": "GR", "hours": 0.5}
    return {**CLOCKS, "line_id": "L1", **found}


def _passed(side: Side) -> dict[str, Any]:
    checked = [one["code"] for one in side.seen["job"]["quality"]["check_list"]]
    return {"inspector": INSPECTOR, "passed": True, "road_test": True, "checked": checked}


WORKSHOP = {
    "set_roster": Recipe(lambda d: Ask(body=ROSTER), new=True),
    "read_roster": Recipe(),
    "preview_day": Recipe(lambda d: Ask({"day": str(d.day)})),
    "read_board": Recipe(),
    "read_technician_clock": Recipe(lambda d: Ask({"technician": TECHNICIAN})),
    "propose_dispatch": Recipe(lambda d: Ask(query={"day": str(d.day)})),
    "read_dispatch_sheet": Recipe(lambda d: Ask({"day": str(d.day)})),
    "read_job": on_visit(keep=lambda d, told: d.seen.update(job=told)),
    "dispatch_line": on_line({"technician": TECHNICIAN, "bay": BAY}),
    "start_work": on_line(CLOCKS),
    "pause_work": on_line({**CLOCKS, "reason": "PARTS"}),
    "resume_work": on_line(CLOCKS),
    "finish_work": on_line(CLOCKS),
    "correct_clock": on_line({**CLOCKS, "worked_minutes": 25, "reason": "Forgot to clock off"}),
    "report_finding": on_visit(_finding, keep=lambda d, told: d.ids.update(finding=told["finding_id"])),
    "carry_over_job": on_visit(lambda d: {"to_day": str(d.at(8, days=1).date()), "reason": d.words("evening")}),
    "self_check": on_visit(CLOCKS),
    "check_quality": on_visit(_passed),
    "wash_vehicle": on_visit({"by": "wang"}),
    "check_cleanliness": on_visit({"clean": True}),
}


# --- crm -------------------------------------------------------------------------------------------------------------


def _complaint(side: Side) -> Ask:
    about = {"person_id": side.person_id, "about_visit": side.visit_id}
    return Ask(body={**about, "complaint_class": "SERVICE", "description": side.words("rude")})


def _keep_task(side: Side, answer: Answer) -> None:
    side.ids["contact"] = answer["items"][0]["contact_id"]


def _keep_link(side: Side, answer: Answer) -> None:
    link = answer["items"][0]["link"]
    side.seen[f"link:{side.seen['purpose']}"] = link.rsplit("/", 1)[1]


CRM = {
    "list_call_tasks": Recipe(lambda d: Ask(query={"visit": d.visit_id}), keep=_keep_task),
    "record_call_result": Recipe(
        lambda d: Ask({"contact_id": d.ids["contact"]}, {"outcome": "REACHED", "note": d.words("was ill")})
    ),
    "list_outbox": Recipe(lambda d: Ask(query={"visit": d.visit_id, "purpose": d.seen["purpose"]}), keep=_keep_link),
    "list_contacts": Recipe(lambda d: Ask(query={"visit": d.visit_id})),
    "ask_contact_gate": Recipe(lambda d: Ask(query={"person": d.person_id, "purpose": "CARE"})),
    "open_complaint": Recipe(_complaint, keep=lambda d, told: d.ids.update(case=told["case_id"])),
    "list_complaints": Recipe(lambda d: Ask(query={"person": d.person_id})),
    "read_complaint": on_case(),
    "record_interim_solution": on_case(lambda d: {"text": d.words("loaner car")}),
    "escalate_complaint": on_case({"triggers": ["LAWYER"]}),
    "offer_solution": on_case(lambda d: {"text": d.words("free wash")}),
    "close_complaint": on_case({"agreed": True, "satisfied": True}),
    "find_customers": Recipe(lambda d: Ask(query={"phone": d.customer()["phone"]})),
    "read_customer": on_person(),
    "change_customer": on_person({"preferred_channel": "SMS"}, version_of="read_customer"),
    "list_contact_history": on_person(),
    "verify_customer": on_person({"fields": ["name", "phone"]}),
    "list_duplicates": Recipe(),
    "merge_customers": on_person(lambda d: {"merged": d.ids["person:missed"]}),
}


# --- survey ----------------------------------------------------------------------------------------------------------

GOOD = {"overall": 9, "advisor": 10, "quality": 9, "on_time": "yes", "problem": "no"}


def _survey_link(body: dict[str, Any] | None = None) -> Recipe:
    return Recipe(lambda d: Ask({"token": d.seen["link:SURVEY"]}, body))


SURVEY = {
    "list_invitations": Recipe(),
    "read_invitation": on_visit(),
    "answer_survey": on_visit({"answers": GOOD}),
    "read_satisfaction": Recipe(lambda d: Ask(query={"from": str(d.day), "to": str(d.at(8, days=3).date())})),
    "read_link": _survey_link(),
    "answer_by_link": _survey_link({"answers": GOOD}),
}
