"""What becomes of answers when the network grows: the same questions in networks of 10, 1,000 and 10,000 dealers."""
