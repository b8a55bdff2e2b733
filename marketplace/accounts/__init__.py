"""People: who they are, how they prove it, where they live, and what they may do."""
