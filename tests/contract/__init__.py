"""The contracts in wsdl/ held to the published ones.

Read in this order: tree.py (documents as values), base_messages.py and inbound_messages.py (what is mutated), values.py
and operators.py (what is done to it), contracts.py and mutations.py (which of it, and the committed verdicts), and then
the tests.
"""
