"""Money that is promised on a card: held until it is captured or let go, or charged later."""
