"""The desktop's portal, over the session's bus."""
