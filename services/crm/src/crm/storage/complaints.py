"""Complaint cases."""

from chassis.documents import Documents

from crm.domain.complaint import Complaint, due_times

COMPLAINTS = Documents(
    "complaints",
    "complaint",
    Complaint,
    id_of=lambda complaint: complaint.case_id,
    visit_of=lambda complaint: complaint.about_visit,
    timers=due_times,
    indexes=[("person_id", "opened_at"), ("state", "opened_at"), ("opened_at",)],
)
