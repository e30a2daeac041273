"""Which partner takes which of a call's applications, all at once: a problem in, a plan out. No database, no clock."""
