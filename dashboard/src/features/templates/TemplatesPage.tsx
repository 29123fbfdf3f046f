import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Template, templates } from "@/api/templates";
import { useWorkspace } from "@/app/root";
import { ListPage } from "@/ui/frames/ListPage";
import { Names } from "@/ui/tables/Cells";
import type { Column } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { ofWorkspace } from "./page";

const COLUMNS: Column<Template>[] = [
  {
    head: "Template",
    title: true,
    cell: ({ name, workspace }) => (
      <>
        <Anchor
          component={Link}
          to="/templates/$name"
          params={{ name } as never}
          search={ofWorkspace(workspace) as never}
          style={{ overflowWrap: "anywhere" }}
        >
          {name}
        </Anchor>
        {workspace !== "default" && <span className="dim"> in {workspace}</span>}
      </>
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
  const found = useQuery(templates(useWorkspace()));
  return (
    <ListPage
      title="Templates"
      found={found}
      rows={found.data}
      columns={COLUMNS}
      keyOf={({ name, workspace }) => `${workspace}/${name}`}
      empty={{ title: "No templates yet", says: <HowToMakeOne /> }}
    />
  );
}

function HowToMakeOne() {
  return (
    <>
      Any{" "}
      <Anchor component={Link} to="/tasks" inherit underline="always">
        task
      </Anchor>{" "}
      or{" "}
      <Anchor component={Link} to="/plans" inherit underline="always">
        plan
      </Anchor>{" "}
      becomes one: open it, and save it as a template.
    </>
  );
}
