"""The story in which every operation of the platform is used once on a real object. Each step's own cell must succeed.

Visits: ``main`` goes through all seven steps; ``dropped`` is cancelled; ``missed`` does not come; ``second`` walks in,
stays overnight and is asked by phone.
"""

from demo.plan import a_vin
from side import Side
from walk import Walk

STATIONS = ("LEFT_FRONT_DOOR", "LEFT_FRONT_WING", "FRONT", "RIGHT_SIDE", "REAR", "LEFT_SIDE")


async def tell(walk: Walk) -> None:
    """From the registration of the dealers to their figures."""
    await _open_the_dealers(walk)
    await _book(walk)
    await walk.until(walk.first.at(9))
    await _miss(walk)
    await _complain(walk)
    await _check_in(walk)
    await _authorise_by_link(walk)
    await _walk_in(walk)
    await _work(walk)
    await _finish_and_deliver(walk, "main")
    await walk.until(walk.first.at(9, days=1))
    await _finish_the_second(walk)
    await walk.until(walk.first.at(15, days=2))
    await _ask_how_it_was(walk)
    await _look_at_everything(walk)
    await walk.tried("crm.list_duplicates", "crm.merge_customers")


async def _open_the_dealers(walk: Walk) -> None:
    await walk.tried("headquarters.register_dealer", "headquarters.read_dealer", "headquarters.change_dealer")
    await walk.tried("booking.plan_week", "booking.plan_day", "workshop.set_roster", "booking.employ")
    await walk.tried("booking.grant_leave", "booking.equip_shop", "booking.rule_day", "booking.learn_reserve")
    await walk.tried("booking.read_calendar", "booking.read_planned_days")
    await walk.tried("reception.publish_price_list", "reception.read_current_prices", "reception.read_price_list")


async def _book(walk: Walk) -> None:
    await walk.tried("booking.offer_slots", "booking.hold_appointment", "booking.confirm_appointment")
    await walk.tried("booking.reschedule_appointment", "booking.read_appointment", "booking.hand_over_case")
    walk.turn_to("dropped")
    await walk.plain("booking.hold_appointment", "booking.confirm_appointment", "booking.read_appointment")
    await _wait_for_its_place(walk)
    walk.turn_to("missed")
    await walk.plain("booking.hold_appointment", "booking.confirm_appointment", "booking.read_appointment")
    walk.turn_to("main")
    await walk.tried("booking.read_week", "booking.read_capacity", "booking.read_board", "booking.read_register")
    await walk.tried("booking.acknowledge_readiness", "booking.read_readiness", "booking.read_welcome_board")
    await walk.tried("booking.consult_diagnostician")
    await walk.tried("booking.plan_parts", "booking.list_late_parts", "booking.export_dealer", "booking.read_lists")
    await walk.tried("booking.keep_loaner", "booking.arrange_mobility", "booking.list_loaners")
    await walk.tried("booking.read_vehicle", "booking.list_due_vehicles", "booking.list_regional_offers")
    await walk.tried("booking.read_booking_figures", "booking.read_forecast", "booking.read_reserve_proposal")
    await walk.tried("booking.read_sheet", "workshop.preview_day", "crm.read_customer", "crm.change_customer")
    await walk.tried("crm.verify_customer")


async def _wait_for_its_place(walk: Walk) -> None:
    """Two wait; the place of the visit that is cancelled is offered to the first, who takes it and gives it up."""
    for visit in ("waits", "idle"):
        walk.turn_to(visit)
        await (walk.tried if visit == "waits" else walk.plain)("booking.wait_for_place")
    await walk.tried("booking.list_waiting", "booking.stop_waiting")
    walk.turn_to("dropped")
    await walk.tried("booking.cancel_appointment")
    walk.turn_to("waits")
    await walk.tried("booking.take_place", "booking.read_link")
    for step in ("read_appointment_by_link", "read_calendar_file", "accept_by_link", "reschedule_by_link"):
        await walk.by_link(f"booking.{step}", "APPOINTMENT")
    await walk.by_link("booking.cancel_by_link", "APPOINTMENT")


async def _miss(walk: Walk) -> None:
    walk.turn_to("missed")
    await walk.tried("booking.record_no_show_reason", "crm.list_call_tasks", "crm.record_call_result")


async def _complain(walk: Walk) -> None:
    walk.turn_to("dropped")
    await walk.tried("crm.open_complaint", "crm.list_complaints", "crm.read_complaint")
    await walk.tried("crm.record_interim_solution", "crm.escalate_complaint", "crm.offer_solution")
    await walk.tried("crm.close_complaint")


async def _check_in(walk: Walk) -> None:
    walk.turn_to("main")
    await walk.tried("reception.receive_vehicle", "reception.read_queue", "reception.leave_queue")
    await walk.tried("reception.return_to_queue", "reception.greet_customer")
    await walk.tried("reception.look_up_plate", "reception.read_history", "reception.correct_visit")
    await walk.tried("reception.protect_vehicle", "reception.read_protection", "reception.read_waiting_times")
    await walk.tried("reception.record_questionnaire", "reception.read_check_lists")
    await walk.tried("reception.read_questioning", "reception.read_questionnaire", "reception.export_dealer")
    for side in walk.sides:
        side.seen["vin"] = a_vin("LSVHK", 4_711 + len(side.code))
    for station in STATIONS:
        _stand_at(walk, station)
        await (walk.tried if station == "LEFT_FRONT_DOOR" else walk.plain)("reception.see_station")
        if station == "LEFT_FRONT_WING":
            await walk.tried("reception.resolve_mismatch")
    await walk.tried("reception.examine_vehicle", "reception.request_support", "reception.read_diagnosis")
    await walk.tried("reception.recommend_work", "reception.answer_recommendation", "reception.read_recommendations")
    await walk.tried("reception.keep_photo", "reception.list_photos", "reception.read_photo")
    await walk.tried("reception.record_inspection", "reception.read_inspection")
    await walk.by_link("reception.read_inspection_by_link", "INSPECTION")
    await walk.by_link("reception.read_photo_by_link", "INSPECTION")
    await walk.tried("reception.remove_photo")
    await walk.by_link("reception.view_inspection_by_link", "INSPECTION")
    await walk.tried("reception.sign_walk_around", "reception.open_repair_order", "reception.change_promised_time")
    await walk.tried("reception.acknowledge_diagnosis", "reception.draft_parts", "reception.read_parts_draft")
    await walk.tried("reception.issue_estimate")
    _take_line(walk, "L1")
    await walk.tried("reception.check_warranty", "reception.answer_warranty", "reception.read_warranty")
    await walk.tried("reception.request_authorisation")


async def _authorise_by_link(walk: Walk) -> None:
    _expect(walk, "AUTHORISATION")
    await walk.tried("crm.list_outbox")
    await walk.by_link("reception.read_estimate_by_link", "AUTHORISATION")
    await walk.by_link("reception.authorise_by_link", "AUTHORISATION")


async def _walk_in(walk: Walk) -> None:
    """The second visit, up to the night before its work."""
    walk.turn_to("second")
    for side in walk.sides:
        del side.seen["vin"]
    await walk.plain("reception.receive_vehicle", "reception.greet_customer", "reception.record_questionnaire")
    for station in STATIONS:
        _stand_at(walk, station)
        await walk.plain("reception.see_station")
    await walk.plain("reception.sign_walk_around", "reception.open_repair_order", "reception.issue_estimate")
    await walk.tried("reception.grant_free_service", "reception.claim_free_service", "reception.read_free_services")
    await walk.tried("reception.authorise_on_site", "workshop.propose_dispatch", "workshop.carry_over_job")


async def _work(walk: Walk) -> None:
    walk.turn_to("main")
    _take_line(walk, "L1")
    await walk.tried(
        "reception.tell_parts", "reception.read_parts", "reception.agree_on_parts", "reception.tell_line_story"
    )
    await walk.tried("workshop.dispatch_line", "workshop.start_work", "workshop.read_technician_clock")
    await walk.until(walk.first.at(9, 30))
    await walk.tried("workshop.pause_work", "workshop.resume_work", "workshop.report_finding")
    await walk.tried("reception.issue_supplement")
    await walk.plain("reception.authorise_on_site")
    await walk.until(walk.first.at(10))
    await walk.tried("workshop.finish_work", "workshop.correct_clock", "workshop.read_dispatch_sheet")
    _take_line(walk, "L2")
    await walk.plain("workshop.dispatch_line", "workshop.start_work", "workshop.finish_work", "workshop.read_job")
    await walk.tried("workshop.self_check", "workshop.check_quality", "workshop.wash_vehicle")
    await walk.tried("workshop.check_cleanliness", "workshop.read_job")


async def _finish_and_deliver(walk: Walk, visit: str) -> None:
    walk.turn_to(visit)
    await walk.tried("reception.read_visit", "reception.read_repair_order", "reception.list_estimates")
    await walk.tried("reception.read_order_sheet", "reception.propose_promise", "reception.print_document")
    await walk.tried("reception.check_delivery", "reception.deliver_vehicle")


async def _finish_the_second(walk: Walk) -> None:
    walk.turn_to("second")
    _take_line(walk, "L1")
    await walk.plain("workshop.dispatch_line", "workshop.start_work", "workshop.finish_work", "workshop.self_check")
    await walk.plain("workshop.read_job", "workshop.check_quality", "workshop.wash_vehicle")
    await walk.plain("workshop.check_cleanliness", "reception.check_delivery", "reception.deliver_vehicle")


async def _ask_how_it_was(walk: Walk) -> None:
    walk.turn_to("main")
    _expect(walk, "SURVEY")
    await walk.plain("crm.list_outbox")
    await walk.tried("survey.list_invitations", "survey.read_invitation")
    await walk.by_link("survey.read_link", "SURVEY")
    await walk.by_link("survey.answer_by_link", "SURVEY")
    walk.turn_to("second")
    await walk.tried("survey.answer_survey", "survey.read_satisfaction", "crm.find_customers")
    walk.turn_to("main")


async def _look_at_everything(walk: Walk) -> None:
    await walk.tried("reception.list_visits", "reception.read_evidence", "workshop.read_board", "workshop.read_roster")
    await walk.tried("reception.verify_evidence", "reception.export_evidence")
    await walk.tried("reception.read_trail", "reception.read_trail_text", "reception.read_lists")
    await walk.tried("crm.list_contacts", "crm.ask_contact_gate", "crm.find_customers", "crm.list_contact_history")
    await walk.tried("headquarters.list_dealers", "headquarters.read_figures", "headquarters.read_network_figures")
    await walk.tried("headquarters.explain_figure", "headquarters.explain_network_figure")
    await walk.tried("headquarters.list_visits", "headquarters.read_visit", "headquarters.read_story")


def _stand_at(walk: Walk, station: str) -> None:
    _note(walk, "station", station)


def _take_line(walk: Walk, line: str) -> None:
    _note(walk, "line", line)


def _expect(walk: Walk, purpose: str) -> None:
    _note(walk, "purpose", purpose)


def _note(walk: Walk, what: str, value: str) -> None:
    side: Side
    for side in walk.sides:
        side.seen[what] = value
