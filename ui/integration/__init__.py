"""What the desktop around the window offers: its bus, portal, session and screen lock; one window for each vault."""
