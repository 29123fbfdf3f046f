import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useWorkspaceChoices } from "@/ui/forms/WorkspaceChoice";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { oneRoute } from "./page";
import { type Delivery, deliveryDetail, steer, TRIGGERS, type TriggerDetail } from "./queries";

/** What came, and what became of it; one of them with its payload. */
export function Deliveries({ trigger: { id: trigger, name, workspace, deliveries } }: { trigger: TriggerDetail }) {
  const { delivery: chosen } = oneRoute.useSearch();
  // Where nobody says it the one that the page is about stays, which may be another.
  const hasChoice = useWorkspaceChoices().length > 0;
  const search = { created_by: `trigger:${name}`, ...(hasChoice && { workspace }) };
  const all = (
    <Anchor component={Link} to="/tasks" search={search as never} size="sm">
      All its tasks
    </Anchor>
  );
  const hidden = chosen !== undefined && !deliveries.some(({ id }) => id === chosen);
  return (
    <Section title="Deliveries" aside={deliveries.length > 0 && all}>
      {deliveries.length === 0 && <Text size="sm">Nothing came yet.</Text>}
      {hidden && <What trigger={trigger} id={chosen} />}
      <Stack gap={8} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {deliveries.map((each) => (
          <li key={each.id} data-delivery={each.outcome}>
            <Line of={each} open={each.id === chosen} />
            {each.id === chosen && <What trigger={trigger} id={each.id} />}
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function Line({ of: delivery, open }: { of: Delivery; open: boolean }) {
  const { name } = oneRoute.useParams();
  const { id, outcome, created_at, repeats, why, replay_of } = delivery;
  return (
    <>
      <Group gap="xs">
        <Status of={outcome} size="sm" />
        <Text size="sm">
          <Time at={created_at} show="both" />
        </Text>
        <Made by={delivery} />
        {repeats > 0 && (
          <Text size="xs" c="dimmed">
            came {repeats + 1} times
          </Text>
        )}
        {replay_of != null && (
          <Text size="xs" c="dimmed">
            again, after {replay_of}
          </Text>
        )}
        <Anchor
          component={Link}
          to="/triggers/$name"
          params={{ name } as never}
          search={(open ? {} : { delivery: id }) as never}
          size="sm"
          aria-expanded={open}
        >
          {open ? "Less" : `What came (${id})`}
        </Anchor>
      </Group>
      {why && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {why}
        </Text>
      )}
    </>
  );
}

function Made({ by: { task_ids, plan_id } }: { by: Delivery }) {
  return (
    <>
      {task_ids.map((id) => (
        <Anchor key={id} component={Link} to="/tasks/$id" params={{ id } as never} size="sm" className="mono">
          {id.slice(0, 8)}
        </Anchor>
      ))}
      {plan_id && (
        <Anchor component={Link} to="/plans/$id" params={{ id: plan_id } as never} size="sm" className="mono">
          plan {plan_id.slice(0, 8)}
        </Anchor>
      )}
    </>
  );
}

function What({ trigger, id }: { trigger: string; id: number }) {
  const found = useQuery(deliveryDetail(trigger, id));
  const replay = useAct(() => steer.replay(trigger, id), { touches: [[TRIGGERS]], says: () => "It was run again." });
  const may = useMay();
  if (found.error) return <ErrorSentence error={found.error} />;
  const came = found.data;
  if (!came) return null;
  return (
    <Stack gap="xs" mt={6}>
      {came.key && (
        <Text size="xs" style={{ overflowWrap: "anywhere" }}>
          Its sender calls it {came.key}
        </Text>
      )}
      {came.has_payload ? (
        <JsonTree of={came.payload} label="Payload" />
      ) : (
        <Text size="sm">
          Its payload is not there: it was refused unread, is over 64 KiB, or newer ones have taken its place.
        </Text>
      )}
      {Object.keys(came.headers).length > 0 && <JsonTree of={came.headers} label="Headers" />}
      {may.operate && came.has_payload && (
        <Group>
          <Button size="compact-sm" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
            Run it again
          </Button>
        </Group>
      )}
    </Stack>
  );
}
