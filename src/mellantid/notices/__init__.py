"""Notices: what happens to a race, told to each who chose it, by mail, in a chat, to a program."""
