"""The messages as agreed: what Webcert tells journal systems, what it is asked, and what may come back.

`names` has every literal of the wire; `status_update`, `reply` and `inbound` are plain values; `schema` loads the
contracts of `wsdl/` or of a published release; `reading` opens XML from strangers; `envelope` turns values into bytes
and back, `message` and `message_reading` what stands in them. `create_draft`, `list_with_qa` and `message_to_care` are
the three ways in, and `interaction` offers them.
"""
