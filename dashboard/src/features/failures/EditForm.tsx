import { Alert, Button, Group, Loader, Stack, TagsInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { bulk } from "@/api/bulk";
import { ApiError } from "@/api/problem";
import { taskTypes } from "@/api/tasks";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { SchemaForm } from "@/ui/forms/SchemaForm";
import { entered, fieldsOf, type Params, type Schema } from "@/ui/forms/schema";
import { ActInDialog } from "./Act";
import { type FailureDetail, right } from "./queries";
import { fitOf, manyTasks, patchOf } from "./words";

/** Other params for all its tasks: tried dry first, then each is checked before any is changed. */
export function EditForm({ group, close }: { group: FailureDetail; close: () => void }) {
  const types = useQuery(taskTypes);
  const [params, setParams] = useState<Params>({});
  const [without, setWithout] = useState<string[]>([]);
  const preview = useAct((patch: Params) => right.edit(group.cause, patch), { touches: [], quiet: true });
  const run = useAct(bulk.run, { touches: [["bulks"]], quiet: true });
  const schema = types.data?.find(({ name }) => name === group.task_type)?.params_schema;
  const fields = useMemo(() => fieldsOf((schema ?? {}) as Schema, "params"), [schema]);
  if (run.data) return <ActInDialog began={run.data} close={close} />;
  if (!types.data) return <Loader size="sm" aria-label="Loading" />;
  const patch = patchOf(entered(params), without);
  const changed = () => preview.reset();
  const found = preview.data;
  const errors = preview.error instanceof ApiError ? preview.error.errors : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        preview.mutate(patch);
      }}
      noValidate
    >
      <Stack gap="sm">
        <Text size="sm">What is entered here is set for each of them; what is left empty stays as each has it.</Text>
        <SchemaForm
          fields={fields.map((field) => ({ ...field, required: false }))}
          value={params}
          errors={errors}
          onChange={(value) => {
            setParams(value);
            changed();
          }}
        />
        <TagsInput
          label="Take away"
          description="Names of params; then their defaults hold"
          data={fields.map(({ name }) => name)}
          value={without}
          onChange={(value) => {
            setWithout(value);
            changed();
          }}
        />
        {(preview.error ?? run.error) && <ErrorSentence error={preview.error ?? run.error} />}
        {found && (
          <Alert variant="light" color={found.skipped ? "orange" : undefined} aria-live="polite">
            Nothing is changed yet. {fitOf(found)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Leave them
          </Button>
          {found && !found.skipped ? (
            <Button loading={run.isPending} disabled={!found.count} onClick={() => run.mutate(found.id)}>
              Change {manyTasks(found.count, found.capped)}
            </Button>
          ) : (
            <Button type="submit" loading={preview.isPending} disabled={Object.keys(patch).length === 0}>
              Try whether it fits
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
