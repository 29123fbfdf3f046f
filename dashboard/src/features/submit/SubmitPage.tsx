import { Loader, Stack, Tabs, Title } from "@mantine/core";
import { IconForms, IconMessage2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { taskDetail, taskTypes } from "@/api/tasks";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { route } from "./page";
import { Sentence } from "./Sentence";
import { draftOf, TaskForm } from "./TaskForm";

/** A new task: in words, or field by field. What was entered survives a reload. */
export function SubmitPage() {
  const { from, type } = route.useSearch();
  const types = useQuery(taskTypes);
  const original = useQuery({ ...taskDetail(from ?? ""), enabled: from !== undefined });
  // A link that names a type leads to that type, whatever was begun elsewhere.
  const name = ["submit", from ?? type].filter(Boolean).join(".");
  const [tab, setTab] = useState<string | null>(from || type ? "form" : "words");
  if (types.error) return <ErrorSentence error={types.error} again={() => types.refetch()} />;
  if (!types.data || (from && original.isPending)) return <Loader aria-label="Loading" />;
  return (
    <Stack maw={900}>
      <Title order={1}>{from ? "The task again, with changes" : "New task"}</Title>
      {original.error && <ErrorSentence error={original.error} />}
      <Tabs value={tab} onChange={setTab} keepMounted>
        <Tabs.List mb="sm">
          <Tabs.Tab value="words" leftSection={<IconMessage2 size={16} aria-hidden />}>
            In words
          </Tabs.Tab>
          <Tabs.Tab value="form" leftSection={<IconForms size={16} aria-hidden />}>
            As a form
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="words">
          <Sentence />
        </Tabs.Panel>
        <Tabs.Panel value="form">
          <TaskForm key={name} types={types.data} name={name} start={draftOf(original.data, type)} parent={from} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
