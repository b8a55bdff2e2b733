"""Labels for the maker's own packaging: drawn for a printing press, and read back before use."""
