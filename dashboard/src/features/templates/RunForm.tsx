import { Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { ApiError } from "@/api/problem";
import type { TaskType } from "@/api/tasks";
import { steerTemplate, type Template } from "@/api/templates";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { SchemaForm } from "@/ui/forms/SchemaForm";
import { entered, type Params, type Schema } from "@/ui/forms/schema";
import { TimeInput } from "@/ui/time/TimeInput";
import { fieldsToAsk } from "./fields";

/** Asks for what the template asks for, and leads to the task or plan. */
export function RunForm({ template, type }: { template: Template; type: TaskType | undefined }) {
  const [values, setValues] = useState<Params>({});
  const [runAt, setRunAt] = useState<string | null>(null);
  const navigate = useNavigate();
  const fields = useMemo(() => fieldsToAsk(template, (type?.params_schema ?? {}) as Schema), [template, type]);
  const run = useAct(
    () => steerTemplate.run(template, { fields: entered(values), version: template.version, run_at: runAt }),
    { touches: [], quiet: true },
  );
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    run.mutate(undefined, {
      onSuccess: ({ id }) =>
        void navigate({ to: template.plan ? "/plans/$id" : "/tasks/$id", params: { id } as never }),
    });
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        {fields.length === 0 && <Text size="sm">It asks for nothing: it is submitted as it was saved.</Text>}
        <SchemaForm
          fields={fields}
          value={values}
          onChange={setValues}
          errors={run.error instanceof ApiError ? run.error.errors : []}
        />
        {!template.plan && <TimeInput label="Start no earlier than" value={runAt} onChange={setRunAt} />}
        {run.error && <ErrorSentence error={run.error} />}
        <Group>
          <Button type="submit" loading={run.isPending}>
            Run
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
