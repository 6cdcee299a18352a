"""Tests of simulator.contract."""
