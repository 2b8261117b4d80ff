"""The API of the six steps: every act calls the service that its page calls."""
