"""The people of the tests. They are the same in every test."""
