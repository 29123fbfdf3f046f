"""What is open to people who belong to workspaces only; whatever is not named here refuses them."""

#: About the caller's own account, or about nothing that anybody has.
OWN = {
    ("GET", "/api/v1/session"), ("DELETE", "/api/v1/session"), ("GET", "/api/v1/sessions"),
    ("DELETE", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions/{session_id}"), ("GET", "/api/v1/me"),
    ("GET", "/api/v1/me/settings"), ("PUT", "/api/v1/me/settings"), ("GET", "/api/v1/me/views"),
    ("POST", "/api/v1/me/views"), ("PATCH", "/api/v1/me/views/{view_id}"), ("DELETE", "/api/v1/me/views/{view_id}"),
    ("PUT", "/api/v1/me/password"), ("GET", "/api/v1/task-types"), ("GET", "/api/v1/plans/schema"),
    ("POST", "/api/v1/plans/validate"), ("POST", "/api/v1/tasks/parse"), ("POST", "/api/v1/schedules/preview"),
    ("POST", "/api/v1/schedules/parse"),
}  # fmt: skip
#: Open to everybody who is there at all.
PUBLIC = {
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/openapi.json"), ("GET", "/docs"),
    ("GET", "/docs/oauth2-redirect"), ("GET", "/redoc"), ("GET", "/static-offline-docs"),
    ("POST", "/api/v1/auth/login"), ("POST", "/api/v1/session"), ("POST", "/api/v1/workers/join"),
    # Signed with the secret of the hook.
    ("POST", "/api/v1/hooks/{address}"),
}  # fmt: skip
#: Of their workspaces.
THEIRS = {
    ("GET", "/api/v1/tasks"), ("GET", "/api/v1/tasks/stream"), ("GET", "/api/v1/tasks/counts"),
    ("GET", "/api/v1/tasks/board"), ("GET", "/api/v1/tasks/timeline"), ("GET", "/api/v1/tasks/{task_id}"),
    ("GET", "/api/v1/tasks/{task_id}/events"), ("POST", "/api/v1/tasks"), ("POST", "/api/v1/tasks/batch"),
    ("POST", "/api/v1/tasks/{task_id}/cancel"), ("POST", "/api/v1/tasks/{task_id}/retry"),
    ("POST", "/api/v1/tasks/{task_id}/reprioritise"), ("POST", "/api/v1/tasks/{task_id}/notes"),
    ("POST", "/api/v1/tasks/{task_id}/approve"), ("POST", "/api/v1/tasks/{task_id}/reject"),
    ("DELETE", "/api/v1/tasks/{task_id}"),
    ("POST", "/api/v1/plans"), ("GET", "/api/v1/plans"), ("GET", "/api/v1/plans/{plan_id}"),
    ("GET", "/api/v1/plans/reviews"),
    ("GET", "/api/v1/plans/{plan_id}/steps"), ("GET", "/api/v1/plans/{plan_id}/steps/{step}/parts"),
    ("POST", "/api/v1/plans/{plan_id}/cancel"), ("POST", "/api/v1/plans/{plan_id}/retry"),
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/retry"), ("POST", "/api/v1/plans/{plan_id}/steps/{step}/skip"),
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/result"), ("POST", "/api/v1/plans/{plan_id}/steps/{step}/approve"),
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/reject"),
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/request-changes"),
    ("POST", "/api/v1/schedules"), ("GET", "/api/v1/schedules"), ("POST", "/api/v1/schedules/apply"),
    ("GET", "/api/v1/schedules/{schedule}"), ("GET", "/api/v1/schedules/{schedule}/runs"),
    ("PUT", "/api/v1/schedules/{schedule}"), ("DELETE", "/api/v1/schedules/{schedule}"),
    ("POST", "/api/v1/schedules/{schedule}/pause"), ("POST", "/api/v1/schedules/{schedule}/resume"),
    ("POST", "/api/v1/schedules/{schedule}/run"), ("POST", "/api/v1/schedules/{schedule}/backfill"),
    ("POST", "/api/v1/tasks/bulk"), ("GET", "/api/v1/tasks/bulk"), ("GET", "/api/v1/tasks/bulk/{bulk_id}"),
    ("POST", "/api/v1/tasks/bulk/{bulk_id}/run"), ("POST", "/api/v1/tasks/bulk/{bulk_id}/stop"),
    ("GET", "/api/v1/failures"), ("GET", "/api/v1/failures/{cause}"), ("POST", "/api/v1/failures/{cause}/edit"),
    ("POST", "/api/v1/failures/{cause}/canary"), ("POST", "/api/v1/failures/{cause}/release"),
    ("GET", "/api/v1/templates"), ("GET", "/api/v1/templates/{name}"), ("PUT", "/api/v1/templates/{name}"),
    ("DELETE", "/api/v1/templates/{name}"), ("POST", "/api/v1/templates/{name}/run"),
    ("POST", "/api/v1/triggers"), ("GET", "/api/v1/triggers"), ("POST", "/api/v1/triggers/preview"),
    ("POST", "/api/v1/triggers/apply"), ("GET", "/api/v1/triggers/{trigger}"), ("PUT", "/api/v1/triggers/{trigger}"),
    ("DELETE", "/api/v1/triggers/{trigger}"), ("GET", "/api/v1/triggers/{trigger}/deliveries"),
    ("GET", "/api/v1/triggers/{trigger}/deliveries/{delivery}"),
    ("POST", "/api/v1/triggers/{trigger}/deliveries/{delivery}/replay"), ("POST", "/api/v1/triggers/{trigger}/test"),
    ("POST", "/api/v1/triggers/{trigger}/rotate"), ("POST", "/api/v1/triggers/{trigger}/pause"),
    ("POST", "/api/v1/triggers/{trigger}/resume"),
    ("POST", "/api/v1/instances/{workspace}/tasks"), ("GET", "/api/v1/instances/{workspace}/tasks"),
    ("GET", "/api/v1/instances/{workspace}/tasks/stream"), ("GET", "/api/v1/instances/{workspace}/tasks/{task_id}"),
    ("PATCH", "/api/v1/instances/{workspace}/tasks/{task_id}"),
    ("DELETE", "/api/v1/instances/{workspace}/tasks/{task_id}"),
    ("GET", "/api/v1/records"), ("GET", "/api/v1/records/{kind}"), ("GET", "/api/v1/records/{kind}/export"),
    ("GET", "/api/v1/records/{kind}/revisions"),
    ("GET", "/api/v1/workspaces"), ("GET", "/api/v1/workspaces/{workspace}"),
}  # fmt: skip
