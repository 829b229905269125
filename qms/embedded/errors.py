"""What the embedded servers say when they cannot start."""


class CannotStart(RuntimeError):
    """A sentence for the person at the terminal: what is wrong and what to do about it."""
