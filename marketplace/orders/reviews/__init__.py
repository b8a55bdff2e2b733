"""What buyers say of things they received: stars, words, pictures, one answer of the shop."""
