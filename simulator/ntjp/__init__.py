"""The national service platform between Webcert and a journal system: Tjänsteplattformen, NTjP, with its router VP.

`vp_codes` has its fifteen errors with their wording, `routing` says which of them a call meets, and `relay` is how a
call passes through: headers, the second send after a broken socket, and what is made of the journal system's answer.
"""
