"""What Webcert's own tests of its sender say, played where a receiver or a tester can see it."""
