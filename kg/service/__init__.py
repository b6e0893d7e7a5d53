"""Answers over HTTP from a store's current snapshot. Never loads the language pipeline."""
