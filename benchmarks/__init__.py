"""What Holdfast costs over bare Django, as ratios: `make bench`."""
