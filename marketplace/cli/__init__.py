"""Flask commands, one file a duty."""
