"""Generates what is committed from the .avsc files: Python classes, the AsyncAPI document and the schema history."""
