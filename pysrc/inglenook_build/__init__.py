"""The build of Inglenook: from a fresh machine to a served dist/. Nothing in here ships."""
