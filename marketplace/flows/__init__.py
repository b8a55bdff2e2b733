"""Stories that cross domains or the network."""
