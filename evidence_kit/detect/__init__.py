"""Judge, never measure; pure functions over what `probe` saw."""
