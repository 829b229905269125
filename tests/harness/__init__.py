"""What tests run on: real servers started once, and a database of its own for whoever needs one."""
