"""Checks a call of a worker before it goes on: its namespace, its token, and the names that it uses."""

from collections.abc import Sequence

from temporalio.api.worker.v1 import WorkerHeartbeat

from contracts.names import canary_queue, capability_of_queue
from contracts.tasks.work import Lease
from gateway.call import TokenRequest
from gateway.keyring import Visitor
from gateway.own_names import OwnNames
from gateway.session_queues import SessionQueues
from runtime.leases import LeaseInvalid, unseal
from runtime.refused import Reason, denied

#: Begins the names of the queues through which the server tells workers of cancelled tasks.
CONTROL_QUEUE = "temporal-sys/worker-commands/"
#: Of one instance, in bytes; those of SDK workers have about 700.
_LARGEST_BEAT = 8 * 1024


class Checks:
    """Of all workers of one gateway."""

    def __init__(self, namespace: str, keys: Sequence[bytes], sessions: SessionQueues) -> None:
        self._namespace = namespace
        self._keys = keys
        self._sessions = sessions
        self._own_names = OwnNames()

    def unseal(self, request: TokenRequest, visitor: Visitor) -> Lease:
        """Check the token, put Temporal's own in its place, and sign the request with the worker's name."""
        self.check_namespace(request.namespace)
        try:
            lease, token = unseal(request.task_token, self._keys)
        except LeaseInvalid as error:
            raise denied(Reason.TOKEN, str(error)) from None
        if lease.worker_id != visitor.worker_id:
            raise denied(Reason.TOKEN, LeaseInvalid.__doc__ or "")
        request.task_token = token
        request.identity = visitor.identity
        return lease

    def check_namespace(self, namespace: str) -> None:
        if namespace != self._namespace:
            raise denied(
                Reason.NAMESPACE,
                f"Workers work in the namespace '{self._namespace}' only, not in '{namespace}'.",
            )

    @staticmethod
    def had(queue: str, visitor: Visitor) -> bool:
        """Whether it may take this, or might until an admin took it away, or might for another workspace."""
        return (
            capability_of_queue(queue) in visitor.owner.capabilities
            or queue in visitor.withdrawn
            or queue == canary_queue(visitor.worker_id)
        )

    def is_own(self, queue: str, visitor: Visitor) -> bool:
        return (
            not queue
            or self.had(queue, visitor)
            or self._sessions.knows(queue, visitor)
            or (queue.startswith(CONTROL_QUEUE) and self.owns_control_queue(queue, visitor))
        )

    def owns_control_queue(self, queue: str, visitor: Visitor) -> bool:
        if not queue.startswith(f"{CONTROL_QUEUE}{self._namespace}/"):
            return False
        return self._own_names.admit(visitor.worker_id, queue)

    def is_kept(self, beat: WorkerHeartbeat, visitor: Visitor) -> bool:
        """Whether Temporal gets to see it: it remembers every instance that it hears of, with all that it said."""
        instance = beat.worker_instance_key
        return beat.ByteSize() <= _LARGEST_BEAT and (not instance or self._own_names.admit(visitor.worker_id, instance))
