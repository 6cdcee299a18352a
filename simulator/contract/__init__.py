"""The message as agreed: what a status update is, how it is written and read, and what may come back.

`names` has every literal of the wire; `status_update` and `reply` are plain values; `schema` loads the contract of
`wsdl/` or of a published release; `reading` opens XML from strangers; `envelope` turns values into bytes and back.
"""
