"""The results of a call as anybody may read them, once a manager has published them."""
