"""Shows dates and numbers as Persian readers write them, and parses the days of filters."""
