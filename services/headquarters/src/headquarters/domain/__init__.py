"""Rules of headquarters: dealers (H1), figures and what explains them (H4, H9), a visit's seven steps (X2)."""
