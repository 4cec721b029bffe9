"""What every service needs and no service is about: storing, announcing, listening, waiting, and the HTTP door."""
