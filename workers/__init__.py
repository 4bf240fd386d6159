"""Workers: the entry points that run process jobs and the clock."""
