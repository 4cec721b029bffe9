"""What the survey shows beside its invitations."""
