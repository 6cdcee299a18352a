"""Who receives: journal systems, mocked (`mocked`) or real (`remote`), and the way to them (`address_book`).

`behaviour` is the pure rule of what a mocked system does with a call; `server` offers a mocked one on the wire.
"""
