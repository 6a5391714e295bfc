"""A working week of a sales team, a file for each day. `tests/e2e/test_working_week.py` goes through it."""
