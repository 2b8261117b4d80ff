"""What people type: forms give it a shape and friendly words, services judge it."""
