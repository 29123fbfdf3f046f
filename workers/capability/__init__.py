"""A worker on any machine: takes tasks of its capabilities through the gateway and reports back."""
