"""What every refusal must look like (RFC 9457), whoever refuses it."""

import re

import httpx2

_MEMBERS = ("type", "title", "status", "detail", "code", "trace_id")
_INSIDE = re.compile(r"Traceback|pymongo|pydantic|starlette|/src/|\.py\b|0x[0-9a-f]{6}", re.IGNORECASE)
_SENTENCE = 20
"""Fewer characters do not say what to do."""
_SAYS_NOTHING = {"refused", "unexpected"}


def wrong_about(answer: httpx2.Response, statuses: tuple[int, ...], code: str = "") -> str:
    """What is wrong about an answer, in words; empty when nothing is."""
    if answer.status_code not in statuses:
        return f"expected {'/'.join(map(str, statuses))}: {answer.text[:300]}"
    if answer.status_code < 400:
        return ""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"no problem document: {answer.text[:200]}"
    found = answer.json()
    if missing := [name for name in _MEMBERS if not found.get(name)]:
        return f"without {missing}: {answer.text[:200]}"
    if code and found["code"] != code:
        return f"expected code {code}: {answer.text[:200]}"
    if found["code"] in _SAYS_NOTHING or found["type"] != f"urn:sevenstep:problem:{found['code']}":
        return f"code {found['code']} says nothing: {answer.text[:200]}"
    if found["status"] != answer.status_code or len(found["detail"]) < _SENTENCE:
        return f"does not say what to do: {answer.text[:200]}"
    if _INSIDE.search(answer.text):
        return f"tells of its inside: {answer.text[:300]}"
    return ""
