"""Pages of documents beside the generic ones of ui."""
