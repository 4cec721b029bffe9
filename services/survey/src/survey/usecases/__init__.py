"""What the survey can be asked to do, by customers, agents, facts and timers."""
