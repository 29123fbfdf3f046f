"""The gRPC front door for workers: deny by default, every task token bound to the worker it was handed to."""
