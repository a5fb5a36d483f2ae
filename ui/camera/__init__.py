"""The page camera: a child process with QtWebEngine and no window."""
