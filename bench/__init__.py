"""Speed on this machine, as ratios taken in one run: `make bench`."""
