"""Complete new plugin packages, written from templates (`llmos plugins new`)."""
