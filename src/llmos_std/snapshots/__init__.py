"""The snapshots family: what the workspace was before a call that could destroy something in it, and the way back."""
