"""Linli: the house."""
