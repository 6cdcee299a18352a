"""Tests of simulator.wire: bytes on real sockets of this machine."""
