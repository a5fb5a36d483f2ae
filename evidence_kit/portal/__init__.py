"""The desktop's portal over the session's bus: the connection, the client, and one module for each interface of it.

The only room that knows jeepney. Neither Qt nor widgets: `ui.portal` brings the bytes.
"""
