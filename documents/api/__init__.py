"""Documents over REST, beside the generic doors of ui."""
