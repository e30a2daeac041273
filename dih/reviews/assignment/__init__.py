"""The exact reviewer assignment: pure numpy and OR-tools, no database, no web. `solve.py` is the front door."""
