"""The evidence over HTTP: read, checked anew, exported (R12)."""

from contracts.reception import EstimateAuthorised
from reception.domain.proof import faults
from reception_door import Door

ACCEPT = {"accept": ["L1", "L2"], "signature": "signatures/2"}


async def test_the_evidence_is_exported_as_a_file_that_can_be_checked_without_us(door: Door) -> None:
    """R12: no name, no phone, no word of the customer's is in it."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", ACCEPT)
    file = await door.get(f"/visits/{visit}/evidence/export")
    assert file.headers["content-disposition"] == f'attachment; filename="evidence-{visit}.json"'
    assert faults(file.json()) == [] and file.json()["about"] == f"SH001/{visit}"
    assert not [secret for secret in ("Li Wei", "13800138000", "squeals") if secret in file.text]


async def test_the_announced_head_is_found_in_the_chain_until_its_end_is_cut_off(door: Door) -> None:
    """R12."""
    visit = await door.walk_in_with_estimate()
    await door.post(f"/visits/{visit}/estimates/1/authorisation", ACCEPT)
    head = door.others.announced(EstimateAuthorised)[0].evidence_sha256
    told = (await door.get(f"/visits/{visit}/evidence/verification?head={head}")).json()
    assert (told["holds"], told["knows_head"], told["head"], told["faults"]) == (True, True, head, [])
    kept = door.others.store.documents["repair_orders"][visit]["agreement"]
    kept["evidence"].pop(), kept["decisions"].pop()
    told = (await door.get(f"/visits/{visit}/evidence/verification?head={head}")).json()
    assert (told["holds"], told["knows_head"], told["faults"]) == (False, False, [])


async def test_an_order_changed_in_the_store_is_found_and_goes_no_further(door: Door) -> None:
    """R12: re-checked at each change."""
    visit = await door.walk_in_with_estimate()
    kept = door.others.store.documents["repair_orders"][visit]["agreement"]
    kept["estimates"][0]["lines"][0]["labour"]["amount"] += 1
    told = (await door.get(f"/visits/{visit}/evidence/verification")).json()
    assert not told["holds"] and "the estimates are not those that were issued" in told["faults"]
    refused = await door.post(f"/visits/{visit}/estimates/1/authorisation", ACCEPT)
    assert (refused.status_code, refused.json()["code"]) == (409, "evidence-broken")
