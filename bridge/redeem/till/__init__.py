"""What the POS asks for: redeem these items, undo that redeem, and both once more."""
