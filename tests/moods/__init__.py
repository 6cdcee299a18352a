"""Journal systems in all their moods: every effect, over memory and over real sockets."""
