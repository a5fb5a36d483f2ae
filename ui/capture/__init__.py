"""The capture dialogs and what stands behind them, for every place that can begin a capture."""
