import { Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { taskTypes } from "@/api/tasks";
import { steerTemplate, type Template, template } from "@/api/templates";
import { DeleteButton } from "@/ui/acting/DeleteButton";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { ofWorkspace, oneRoute } from "./page";
import { RunForm } from "./RunForm";

/** One template: what it submits and what it asks for, in each of its versions; it is run from here. */
export function TemplatePage() {
  const { name } = oneRoute.useParams();
  const { version, of } = oneRoute.useSearch();
  const newest = useQuery(template(name, of));
  const found = useQuery(template(name, of, version));
  const types = useQuery(taskTypes);
  const may = useMay();
  const error = found.error ?? newest.error;
  const shown = found.data;
  const back = (
    <Anchor component={Link} to="/templates" size="sm">
      ← Templates
    </Anchor>
  );
  return (
    <Stack gap="sm">
      {back}
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Title>
        {may.operate && shown && (
          <DeleteButton
            name={name}
            says="All its versions are gone. What was run from it stays. It cannot be undone."
            act={() => steerTemplate.remove(shown)}
            back="/templates"
          />
        )}
      </Group>
      {error && <ErrorSentence error={error} again={() => found.refetch()} />}
      {shown?.description && <Text>{shown.description}</Text>}
      {shown && newest.data && <Versions shown={shown} newest={newest.data.version} />}
      {shown && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          {may.operate && types.data && (
            <Section title="Run it">
              <RunForm
                key={shown.version}
                template={shown}
                type={types.data.find((each) => each.name === shown.task?.task_type)}
              />
            </Section>
          )}
          <Section title="What it submits">
            <JsonTree of={shown.plan ?? shown.task ?? {}} label={shown.plan ? "Plan" : "Task"} />
            {Object.keys(shown.fields).length > 0 && <JsonTree of={shown.fields} label="Fields" />}
          </Section>
        </SimpleGrid>
      )}
    </Stack>
  );
}

const SHOWN_VERSIONS = 10;

function Versions({ shown, newest }: { shown: Template; newest: number }) {
  const versions = Array.from({ length: Math.min(newest, SHOWN_VERSIONS) }, (_, index) => newest - index);
  const { name, version, author, created_at, workspace } = shown;
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed">
        Version {version}, saved <Time at={created_at} /> by {author}
        {workspace !== "default" && ` in ${workspace}`}
      </Text>
      {newest > 1 && (
        <Group gap={8} component="nav" aria-label="Versions">
          {versions.map((each) => (
            <Anchor
              key={each}
              component={Link}
              to="/templates/$name"
              params={{ name } as never}
              search={{ ...ofWorkspace(workspace), ...(each !== newest && { version: each }) } as never}
              size="sm"
              aria-current={each === version || undefined}
              fw={each === version ? 700 : undefined}
            >
              {each}
            </Anchor>
          ))}
        </Group>
      )}
    </Group>
  );
}
