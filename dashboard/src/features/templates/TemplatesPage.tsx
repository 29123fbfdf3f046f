import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Template, templates } from "@/api/templates";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Names } from "@/ui/tables/Cells";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";

const COLUMNS: Column<Template>[] = [
  {
    head: "Template",
    title: true,
    cell: ({ name }) => (
      <Anchor component={Link} to="/templates/$name" params={{ name } as never} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
    ),
  },
  { head: "Does", cell: ({ task, plan }) => (plan ? `plan ${plan.name}` : String(task?.task_type)) },
  { head: "Asks for", cell: ({ fields }) => <Names of={Object.keys(fields)} /> },
  { head: "Description", cell: ({ description }) => description || "–" },
  { head: "Version", right: true, cell: ({ version }) => version },
  {
    head: "Saved",
    cell: ({ author, created_at }) => (
      <>
        <Time at={created_at} /> by {author}
      </>
    ),
  },
];

/** Saved tasks and plans, to be run again with other values. */
export function TemplatesPage() {
  const found = useQuery(templates);
  return (
    <Stack gap="sm">
      <Title order={1}>Templates</Title>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {found.data?.length === 0 && (
        <Empty title="No templates yet">
          <Text size="sm">
            Any{" "}
            <Anchor component={Link} to="/tasks" inherit underline="always">
              task
            </Anchor>{" "}
            or{" "}
            <Anchor component={Link} to="/plans" inherit underline="always">
              plan
            </Anchor>{" "}
            becomes one: open it, and save it as a template.
          </Text>
        </Empty>
      )}
      {found.data && found.data.length > 0 && (
        <DataTable label="Templates" columns={COLUMNS} rows={found.data} keyOf={({ name }) => name} />
      )}
    </Stack>
  );
}
