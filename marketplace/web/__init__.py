"""Pages and hooks, by audience."""
