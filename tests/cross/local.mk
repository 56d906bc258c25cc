# cross
