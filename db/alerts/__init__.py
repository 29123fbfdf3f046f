"""Alert rules, what they find, and the messages that follow."""
