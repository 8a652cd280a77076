"""What support sees of redeems, and may do to them."""
