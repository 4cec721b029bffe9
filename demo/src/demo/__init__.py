"""The player: a dealers' day through the public HTTP APIs, as dealer apps would. It knows no service's insides."""
