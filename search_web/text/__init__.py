"""Text and numbers as Persian readers write them: Jalali dates, Persian digits."""
