"""What is killed, filled up, sent twice or done at once, and what must still be true afterwards.

`rig` starts all of Holdfast on servers of its own, `load` writes to it and keeps a fsynced log of what was
acknowledged, `blows` kills, and `oracle` compares log and database without asking the application.
"""
