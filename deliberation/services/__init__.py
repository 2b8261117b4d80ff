"""Every write of deliberation: lock → may they → can it → do → ledger, event, audit → outbox."""
