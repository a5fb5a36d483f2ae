"""Measure, never judge: link, gateway, names, anchors, connectivity checks and chosen targets."""
