"""How bytes travel: SOAP over HTTP, as a caller and as the one who is called.

Nothing here reads a message or judges an answer; bytes go in, and a `RawAnswer` or a `NoAnswer` comes out.
Read client, then listener. `tls` makes the caller's identity out of files, `keeping` says when a connection may be
used again, and `silence` names each way in which an answer can fail to come.
"""
