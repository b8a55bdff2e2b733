"""Photos as bytes: checked, turned upright, resized and stored. Knows no shop, page or database."""
