"""The person's choices and this computer's places for them."""
