"""Journal systems and recipients that call a running mock Webcert over HTTP."""
