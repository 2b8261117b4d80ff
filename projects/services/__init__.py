"""Every write of this app: rule sets, envelopes, proposals."""
