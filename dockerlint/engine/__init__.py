"""Who asks and who is excused: settings, selection, suppression, the run. Does not know what any rule means."""
