"""Ways to execute: learner, follower, mixed."""
