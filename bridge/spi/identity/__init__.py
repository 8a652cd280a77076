"""How a person, a company or a place is named: one spelling each."""
