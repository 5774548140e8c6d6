"""The Monday letter and the pace band: composed, told in words, printed, and sent by post."""
