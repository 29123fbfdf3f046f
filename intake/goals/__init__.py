"""Goals by rules: what a person wants to reach becomes the steps of a plan, or a question. Without any I/O."""
