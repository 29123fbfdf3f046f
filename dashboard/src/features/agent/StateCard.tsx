import { Alert, Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconAdjustments,
  IconAlertTriangle,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { TemporalLink } from "@/ui/acting/TemporalLink";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { openPolicy } from "./PolicyForm";
import type { Agent } from "./queries";
import type { AgentActions } from "./useAgent";

interface Props {
  agent: Agent;
  /** null: who looks may not steer it. */
  actions: AgentActions | null;
}

export function StateCard({ agent, actions }: Props) {
  const running = agent.state === "running";
  const Icon = running ? IconPlayerPlay : IconPlayerPause;
  return (
    <Section
      title="State"
      aside={
        <Group gap="xs">
          {actions && <Steer agent={agent} actions={actions} />}
          <TemporalLink to={agent.temporal_url} size="compact-sm" />
        </Group>
      }
    >
      <Group gap="sm">
        <Badge
          className="badge"
          variant="light"
          tt="none"
          size="lg"
          color={running ? "green" : "orange"}
          leftSection={<Icon size={14} aria-hidden />}
          data-agent={agent.state}
        >
          {running ? "Running" : "Paused"}
        </Badge>
        <Text size="sm">
          {running ? (
            <>
              Next round <Time at={agent.next_round_at} />, then every {agent.policy.interval_minutes} min.
            </>
          ) : (
            <Paused agent={agent} />
          )}{" "}
          {agent.open_tasks.toLocaleString("en")} open {agent.open_tasks === 1 ? "task" : "tasks"} of it.
        </Text>
      </Group>
      {agent.trouble && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />}>
          {agent.trouble}
        </Alert>
      )}
      <LastRound agent={agent} />
    </Section>
  );
}

function Paused({ agent }: { agent: Agent }) {
  if (!agent.paused?.at) return <>It has never been switched on.</>;
  return (
    <>
      Paused by {agent.paused.by}
      {agent.paused.reason ? `: ${agent.paused.reason}` : ""} (<Time at={agent.paused.at} />
      ).
    </>
  );
}

function LastRound({ agent }: { agent: Agent }) {
  const last = agent.last_round;
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        There has been no round yet.
      </Text>
    );
  const left = Object.entries(last.not_chosen).map(([why, count]) => `${count} ${why.replaceAll("_", " ")}`);
  return (
    <Stack gap={2}>
      <Text size="sm">
        Round {last.number.toLocaleString("en")}, <Time at={last.at} />: looked at {last.tickers} tickers and{" "}
        {last.needs} needs, made {last.decisions} {last.decisions === 1 ? "decision" : "decisions"} and {last.tasks}{" "}
        {last.tasks === 1 ? "task" : "tasks"}.
      </Text>
      {left.length > 0 && (
        <Text size="sm" c="dimmed">
          Left alone: {left.join(", ")}.
        </Text>
      )}
      {last.refused && (
        <Text size="sm" c="dimmed">
          It decided nothing: {last.refused}
        </Text>
      )}
      {last.advice && (
        <Text size="sm" c="dimmed">
          {last.advice}
        </Text>
      )}
    </Stack>
  );
}

function Steer({ agent, actions }: { agent: Agent; actions: AgentActions }) {
  const running = agent.state === "running";
  return (
    <Group gap="xs">
      {running && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
          loading={actions.run.isPending}
          onClick={() => actions.run.mutate(undefined)}
        >
          Run now
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconAdjustments size={14} aria-hidden />}
        onClick={() => openPolicy(agent.policy, actions)}
      >
        Policy
      </Button>
      {running ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          loading={actions.pause.isPending}
          onClick={() => askWhy((reason) => actions.pause.mutate(reason))}
        >
          Pause
        </Button>
      ) : (
        <Button
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={actions.resume.isPending}
          onClick={() => actions.resume.mutate(undefined)}
        >
          {agent.paused?.at ? "Resume" : "Switch on"}
        </Button>
      )}
    </Group>
  );
}

function askWhy(go: (reason: string) => void): void {
  modals.open({
    title: "Pause the agent?",
    children: (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          modals.closeAll();
          go(String(new FormData(event.currentTarget).get("reason")));
        }}
      >
        <Stack gap="sm">
          <Text size="sm">It creates nothing until somebody resumes it. Tasks under way go on.</Text>
          <TextInput name="reason" label="Why" required maxLength={500} data-autofocus />
          <Group justify="flex-end">
            <Button type="submit">Pause</Button>
          </Group>
        </Stack>
      </form>
    ),
  });
}
