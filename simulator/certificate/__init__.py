"""What is reported about: certificates, the people around them, and what may happen to them.

Pure values and tables; no XML, no time, no sending.
Read identity, people, catalogue, answers, events, certificate, and then lifecycle, which is the rule of it all.
"""
