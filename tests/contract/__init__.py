"""The contract in wsdl/ held to the published one.

Read in this order: tree.py (documents as values), base_messages.py (what is mutated), values.py and operators.py
(what is done to it), mutations.py (which of it, and the committed verdicts), and then the tests.
"""
