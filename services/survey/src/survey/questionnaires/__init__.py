"""The questionnaires there are (V2): one immutable file per version. A changed question is a new file."""

import json
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from survey.domain.questionnaire import Questionnaire

_READER = TypeAdapter(Questionnaire)


@cache
def questionnaires() -> dict[tuple[str, int], Questionnaire]:
    """(name, version) -> questionnaire."""
    found = (
        _READER.validate_python(json.loads(file.read_text("utf-8")))
        for file in files("survey.questionnaires").iterdir()
        if file.name.endswith(".json")
    )
    return {(questionnaire.name, questionnaire.version): questionnaire for questionnaire in found}


def newest(name: str) -> Questionnaire:
    """The version new invitations get. Raises ``LookupError`` for a name there is no file of."""
    versions = [version for known, version in questionnaires() if known == name]
    if not versions:
        raise LookupError(f"there is no questionnaire {name}: put its file beside this module")
    return questionnaires()[(name, max(versions))]


def version_of(name: str, version: int) -> Questionnaire:
    """The version an invitation was made with."""
    return questionnaires()[(name, version)]
