"""What newservice is told from outside."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service is told."""
