"""What the tester reads, made from the trace and the verdicts alone.

Reading order: `summary` gathers a run, `wording` says facts to people, `timeline` puts them into rows; `time_axis` and
`picture` place attempts along the time. `text`, `html`, `junit` and `json_report` write a run down, `schedule_text` a
schedule.
"""
