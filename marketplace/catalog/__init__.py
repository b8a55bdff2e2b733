"""What is for sale: categories, products, variants, prices, stock, and how it is found."""
