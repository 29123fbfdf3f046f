"""`python -m activities.child_process`: one call for `in_process`, read from stdin, answered on stdout.

It ends when its worker does, however that ended: then its stdin is closed.

Questions and answers are pickled. Both ends are this program, run by the same user, over pipes that nobody else holds:
whoever could write into them could already do all that we can.
"""

import os
import pickle
import signal
import sys
import threading
from typing import Any, BinaryIO


def main() -> None:
    """Answer the one question, then wait to be killed: so the process group stays ours until then."""
    question, answer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What the code prints, or a library of it, must not get between.
    os.dup2(2, 1)
    asked = question.read(int.from_bytes(question.read(8), "big"))
    function, arguments = unpickled(asked)
    threading.Thread(target=_end_with_parent, args=(question,), daemon=True).start()
    try:
        reply = _pickled(True, function(*arguments))
    except BaseException as error:
        reply = _pickled(False, error)
    answer.write(len(reply).to_bytes(8, "big") + reply)
    answer.flush()
    threading.Event().wait()


def unpickled(data: bytes) -> Any:
    """What one end of the pipe wrote for the other."""
    return pickle.loads(data)  # noqa: S301 - nobody but a worker and the child it started can write into that pipe


def _pickled(good: bool, value: object) -> bytes:
    try:
        reply = pickle.dumps((good, value))
        unpickled(reply)  # some errors can be written and not read
    except Exception as error:
        what = "result" if good else f"error ({type(value).__name__}: {value})"
        return pickle.dumps((False, RuntimeError(f"The {what} cannot leave the child process: {error}")))
    return reply


def _end_with_parent(question: BinaryIO) -> None:
    question.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
