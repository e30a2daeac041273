"""A meeting of the panel as a record: who was present, what was on the list, what was decided by which votes."""
