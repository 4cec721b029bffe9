"""What the survey is told from outside."""

from chassis.settings import ServiceSettings
from contracts.survey import FollowUpMethod
from pydantic import Field

from survey.domain.follow_up import FollowUpPolicy


class Settings(ServiceSettings):
    """``SEVENSTEP_SURVEY_…``: the network's way of asking. Scores are points, 0 to 100."""

    survey_method: FollowUpMethod = FollowUpMethod.MESSAGE
    """How customers are asked who did not say that they like to be called (V1)."""
    survey_days_to_answer: int = Field(14, ge=1, le=90)
    survey_satisfied_from: float = Field(70, ge=0, le=100)
    survey_very_satisfied_from: float = Field(90, ge=0, le=100)
    survey_low_score_below: float = Field(60, ge=0, le=100)
    """A lower score is reported, so that somebody owns it (V4)."""
    survey_questionnaire: str = "csi"

    def policy(self) -> FollowUpPolicy:
        return FollowUpPolicy(
            method=self.survey_method,
            days_to_answer=self.survey_days_to_answer,
            satisfied_from=self.survey_satisfied_from,
            very_satisfied_from=self.survey_very_satisfied_from,
            low_score_below=self.survey_low_score_below,
            questionnaire=self.survey_questionnaire,
        )

    @property
    def link_base(self) -> str:
        """The address before a personal link's token."""
        return f"{self.public_url}/links/"
