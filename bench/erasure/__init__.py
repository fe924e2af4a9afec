"""Erasing one person out of thousands of archived files."""
