"""Disclosure control: cost, safety over many releases, and a peer."""
