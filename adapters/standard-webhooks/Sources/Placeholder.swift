// The layer starts here.
