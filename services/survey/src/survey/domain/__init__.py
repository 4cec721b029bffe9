"""Rules of the survey: when to ask (V1), what, and how it is scored (V2), low scores (V4), one answer each (V7)."""
