"""What the workshop is told from outside: nothing beyond what every service is told. Its figures are the roster's."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the workshop."""
