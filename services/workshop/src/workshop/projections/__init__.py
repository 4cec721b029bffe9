"""What the workshop shows: computed from one dealer's open jobs when it is asked for."""
