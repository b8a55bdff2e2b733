"""Real servers for tests: each a context manager that starts one and stops what it started."""
