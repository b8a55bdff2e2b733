"""Labels on the maker's own packaging: what each must say, and what is kept for the next print."""
