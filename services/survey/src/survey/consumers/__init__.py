"""What other services' facts make the survey do."""
