"""Pages of the account: signing in, the second factor, keeping one's account."""
