"""Reads and writes dates and numbers as Persian readers do: Jalali dates, Persian digits."""
