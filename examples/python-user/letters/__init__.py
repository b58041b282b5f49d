"""Writes letters from templates."""
