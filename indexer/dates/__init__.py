"""Dates as Persian news writes them. Readers, filters and queries share this package.

- `calendars`: the limits of the years, the names of the months, the day that year, month and day name;
- `clock`: the time of day and its zone in a text;
- `written`: a whole text that is a date;
- `tehran`: the time in Tehran, which decides the day of an article.
"""
