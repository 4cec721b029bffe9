"""What booking shows of a day. A day's document and its appointments are bounded, so they are read as they are."""
