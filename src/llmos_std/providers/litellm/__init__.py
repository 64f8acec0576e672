"""Models through LiteLLM: any vendor, local first. Imported only when a model is really called."""
