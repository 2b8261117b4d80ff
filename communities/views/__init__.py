"""Pages of needs: public lists, filing in three screens, following up, the desk."""
