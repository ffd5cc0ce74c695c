"""Long work, done in the second worker: import and export. Knows ports and formats, never an adapter."""
