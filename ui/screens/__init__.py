"""One folder a screen: `view` has widgets, `model` has rows."""
