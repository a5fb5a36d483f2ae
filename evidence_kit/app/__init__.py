"""The session of the window: the vault, the watch, the places and the network, and the processes behind them."""
