import { Stack, Tabs, Text, Title } from "@mantine/core";
import { IconFileText, IconMessage2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { submitPlan } from "@/api/plans";
import { useIsMember, useMay } from "@/api/session";
import { useAct } from "@/ui/acting/useAct";
import { Empty } from "@/ui/Empty";
import { useDraft } from "@/ui/forms/draft";
import { newRoute } from "../page";
import { Goal } from "./Goal";
import { PlanText } from "./PlanText";

/** A new plan: proposed for a goal, or as text. What was entered survives a reload. */
export function NewPlanPage() {
  const { as } = newRoute.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  // Plans are proposed from what all workspaces share.
  const isMember = useIsMember();
  const [draft, setDraft, clear] = useDraft("plan", { text: "" });
  const submit = useAct(submitPlan, { touches: [["plans", "list"]], quiet: true });
  const show = (view: string | null) =>
    navigate({ to: "/plans/new", search: { as: view === "text" ? "text" : undefined }, replace: true } as never);
  const send = (text: string, done: () => void) =>
    submit.mutate(text, {
      onSuccess: ({ id }) => {
        done();
        void navigate({ to: "/plans/$id", params: { id } as never });
      },
    });
  if (!may.operate)
    return (
      <Stack>
        <Title order={1}>New plan</Title>
        <Empty title="This page is for operators">
          <Text size="sm">Plans make tasks; who only looks may not submit any.</Text>
        </Empty>
      </Stack>
    );
  return (
    <Stack maw={1200}>
      <Title order={1}>New plan</Title>
      <Tabs value={isMember ? "text" : (as ?? "goal")} onChange={show} keepMounted={false}>
        <Tabs.List mb="sm">
          {!isMember && (
            <Tabs.Tab value="goal" leftSection={<IconMessage2 size={16} aria-hidden />}>
              From a goal
            </Tabs.Tab>
          )}
          <Tabs.Tab value="text" leftSection={<IconFileText size={16} aria-hidden />}>
            As text
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="goal">
          <Goal
            submit={send}
            isSending={submit.isPending}
            error={submit.error}
            edit={(text) => {
              setDraft({ text });
              submit.reset();
              void show("text");
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <PlanText
            text={draft.text}
            change={(text) => setDraft({ text })}
            submit={() => send(draft.text, clear)}
            isSending={submit.isPending}
            error={submit.error}
          />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
