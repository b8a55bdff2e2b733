"""Money that the dinas gives back: one officer grants it, and somebody carries it out."""
