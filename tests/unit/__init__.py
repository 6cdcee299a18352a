"""Tests of one module each, in the same folders as the modules."""
