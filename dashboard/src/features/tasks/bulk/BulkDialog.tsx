import { Alert, Button, Group, Modal, Progress, Stack, TagsInput, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Bulk, bulk, type NewBulk } from "@/api/bulk";
import { TASKS } from "@/api/tasks";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useSettings } from "@/ui/settings";
import { activeFilters } from "../search";
import { filterOf, outcomeOf, type Scope, share, tasksOf, verbsOf } from "./bulk";

/** How often the server is asked how far it is. */
const AGAIN_MS = 700;

export interface Wanted {
  action: NewBulk["action"];
  /** By its name. */
  priority?: string;
}

interface Props {
  wanted: Wanted;
  scope: Scope;
  close: () => void;
  /** It was run. */
  onRun: () => void;
}

/** Counts first and says so; then does it, shows how far it is, and can be stopped. Closing it stops nothing. */
export default function BulkDialog({ wanted, scope, close, onRun }: Props) {
  const client = useQueryClient();
  const { zone } = useSettings();
  const [tags, setTags] = useState<{ add_tags: string[]; remove_tags: string[] }>({ add_tags: [], remove_tags: [] });
  const verbs = verbsOf(wanted.action);
  const preview = useMutation({ mutationFn: bulk.preview, meta: { quiet: true } });
  const run = useMutation({ mutationFn: bulk.run, meta: { quiet: true }, onSuccess: onRun });
  const stop = useMutation({ mutationFn: bulk.stop });
  const progress = useQuery({
    queryKey: ["bulk", run.data?.id],
    queryFn: ({ signal }) => bulk.show(run.data?.id ?? "", signal),
    enabled: run.isSuccess,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : AGAIN_MS),
  });
  const now: Bulk | undefined = progress.data ?? run.data;
  const over = isOver(now);
  const needsTags = wanted.action === "tag";

  function count() {
    const body: NewBulk = { action: wanted.action, filter: filterOf(scope, wanted.action) };
    if (wanted.priority) body.priority = wanted.priority as never;
    preview.mutate(needsTags ? { ...body, ...tags } : body);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    if (!needsTags) count();
  }, []);
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: [TASKS] });
  }, [over, client]);

  return (
    <Modal opened onClose={close} title={`${verbs.ask} ${wordsOf(scope)}`} size="md">
      <Stack gap="sm">
        {wanted.priority && <Text size="sm">To priority {wanted.priority}.</Text>}
        {scope.kind === "matching" && (
          <Text size="sm" c="dimmed">
            {activeFilters(scope.filters, zone)
              .map(({ label }) => label)
              .join(" · ")}
          </Text>
        )}
        {needsTags && !run.isSuccess && (
          <TagInputs
            tags={tags}
            change={(changed) => {
              setTags(changed);
              preview.reset();
            }}
          />
        )}
        {(preview.error ?? run.error) && <ErrorSentence error={preview.error ?? run.error} />}
        {preview.data && !run.isSuccess && <Counted bulk={preview.data} scope={scope} />}
        {now && <HowFar bulk={now} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus={needsTags || undefined}>
            {run.isSuccess ? "Close" : "Leave them"}
          </Button>
          {now && !over && (
            <Button color="red" loading={stop.isPending} onClick={() => stop.mutate(now.id)}>
              Stop
            </Button>
          )}
          {!run.isSuccess && needsTags && !preview.data && (
            <Button
              disabled={tags.add_tags.length + tags.remove_tags.length === 0}
              loading={preview.isPending}
              onClick={count}
            >
              Count them
            </Button>
          )}
          {!run.isSuccess && (!needsTags || preview.data) && (
            <Button
              color={wanted.action === "cancel" ? "red" : undefined}
              disabled={!preview.data?.count}
              loading={preview.isPending || run.isPending}
              onClick={() => preview.data && run.mutate(preview.data.id)}
            >
              {verbs.ask} {preview.data ? tasksOf(preview.data) : ""}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function isOver(bulk: Bulk | undefined): boolean {
  return bulk?.state === "done" || bulk?.state === "stopped";
}

function wordsOf(scope: Scope): string {
  if (scope.kind === "matching") return "all that match";
  return scope.tasks.length === 1 ? "the selected task" : `the ${scope.tasks.length.toLocaleString("en")} selected`;
}

function TagInputs({
  tags,
  change,
}: {
  tags: { add_tags: string[]; remove_tags: string[] };
  change: (tags: { add_tags: string[]; remove_tags: string[] }) => void;
}) {
  return (
    <>
      <TagsInput
        label="Add tags"
        description="Press Enter after each"
        value={tags.add_tags}
        onChange={(add_tags) => change({ ...tags, add_tags })}
        acceptValueOnBlur
      />
      <TagsInput
        label="Remove tags"
        value={tags.remove_tags}
        onChange={(remove_tags) => change({ ...tags, remove_tags })}
        acceptValueOnBlur
      />
    </>
  );
}

/** What was counted. Nothing is done yet. */
function Counted({ bulk, scope }: { bulk: Bulk; scope: Scope }) {
  const selected = scope.kind === "rows" ? scope.tasks.length : 0;
  const left = selected - bulk.count;
  const onlyFailed = scope.kind === "matching" && bulk.action === "retry" && !scope.filters.status;
  return (
    <Alert variant="light" aria-live="polite">
      <Text size="sm">
        Nothing is done yet. It concerns <b>{tasksOf(bulk)}</b>
        {onlyFailed && " that failed"}
        {left > 0 && `; with the other ${left.toLocaleString("en")} it cannot be done`}.
        {scope.kind === "matching" && " Tasks that are created from now on are not among them."}
      </Text>
    </Alert>
  );
}

function HowFar({ bulk }: { bulk: Bulk }) {
  const { doing } = verbsOf(bulk.action);
  const over = bulk.state === "done" || bulk.state === "stopped";
  return (
    <Stack gap={4} aria-live="polite">
      <Progress value={share(bulk)} aria-label={doing} animated={!over} />
      <Text size="sm">
        {over ? outcomeOf(bulk) : `${doing}: ${bulk.done.toLocaleString("en")} of ${tasksOf(bulk)} so far.`}
      </Text>
      {bulk.state !== "done" && bulk.reason && <Text size="sm">{bulk.reason}</Text>}
      {!over && (
        <Text size="xs" c="dimmed">
          The server does it: it goes on when this is closed.
        </Text>
      )}
    </Stack>
  );
}
