"""The watch: it measures, notices and sends, and knows no keys."""
