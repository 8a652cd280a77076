"""All or nothing: who works on a redeem, its story, and each call to the CRM."""
