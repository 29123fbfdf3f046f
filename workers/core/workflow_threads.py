"""The threads in which workflow code runs.

It holds the interpreter and waits for nothing, so more of them do no more. Unless told, the SDK has one for each
workflow task at once, and of the hundreds that a burst makes none ever ends, nor gives back its memory.
"""

from concurrent.futures import ThreadPoolExecutor

_THREADS = 4


def workflow_threads() -> ThreadPoolExecutor:
    """For one worker."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="workflows")
