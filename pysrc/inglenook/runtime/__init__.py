"""Runs the application: messages in, effects performed, patches out. Knows ports, never an adapter."""
