"""What is reported about: certificates, the people around them, and what may happen to them.

Pure values and tables; no XML, no time, no sending.
Read identity, people, answers, certificate_type, catalogue, events, certificate, and then lifecycle, which is the rule
of it all. The rows of the catalogue are cs_types and legacy_types, with forms, form_questions and code_systems.
"""
