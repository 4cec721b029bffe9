"""Whose visit it is."""

from chassis.documents import Documents

from crm.domain.visit import Visit

VISITS = Documents("visits", "visit", Visit, id_of=lambda visit: visit.visit_id)
