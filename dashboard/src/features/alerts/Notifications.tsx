import { Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useAct } from "@/ui/acting/useAct";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { lookOf } from "@/ui/statuses";
import { MoreButton } from "@/ui/tables/MoreButton";
import { NotificationCard } from "./NotificationCard";
import { ALERTS, notificationList, steer } from "./queries";
import { type AlertFilters, STATES } from "./search";

interface Props {
  filters: AlertFilters;
  narrow: (filters: AlertFilters) => void;
}

export function Notifications({ filters, narrow }: Props) {
  const list = useInfiniteQuery(notificationList(filters));
  const shown = list.data?.pages.flatMap((page) => page.notifications) ?? [];
  const [newest] = list.data?.pages ?? [];
  const readAll = useAct(steer.readUpTo, { touches: [[ALERTS]] });
  const last = shown[0]?.id;
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Select
            aria-label="State"
            placeholder="Any state"
            data={STATES.map((value) => ({ value, label: lookOf(value).label }))}
            value={filters.state ?? null}
            onChange={(state) => narrow({ ...filters, state: (state as AlertFilters["state"]) ?? undefined })}
            clearable
            size="xs"
            w={140}
          />
          <Checkbox
            label="Only unread"
            size="xs"
            checked={filters.unread ?? false}
            onChange={(event) => narrow({ ...filters, unread: event.currentTarget.checked || undefined })}
          />
          {filters.rule && (
            <Button size="compact-xs" variant="default" onClick={() => narrow({ ...filters, rule: undefined })}>
              Rule: {filters.rule} ✕
            </Button>
          )}
        </Group>
        {newest && newest.unread > 0 && last !== undefined && (
          <Button size="compact-xs" variant="default" loading={readAll.isPending} onClick={() => readAll.mutate(last)}>
            Mark all as read ({newest.unread})
          </Button>
        )}
      </Group>
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {newest && shown.length === 0 && <Nothing filters={filters} narrow={narrow} />}
      <Stack gap="xs" opacity={list.isPlaceholderData ? 0.5 : 1}>
        {shown.map((each) => (
          <NotificationCard key={each.id} of={each} onRule={(rule) => narrow({ ...filters, rule })} />
        ))}
      </Stack>
      <MoreButton list={list} word="Older ones" />
    </Stack>
  );
}

function Nothing({ filters, narrow }: Props) {
  const filtered = filters.state || filters.unread || filters.rule;
  return (
    <Empty title={filtered ? "No alert matches" : "Nothing to tell so far"}>
      {filtered ? (
        <Button variant="default" onClick={() => narrow({})}>
          Clear all filters
        </Button>
      ) : (
        <>
          <Text size="sm">What rules find worth telling stands here. Try it with a test of a rule.</Text>
          <Button variant="default" onClick={() => narrow({ tab: "rules" })}>
            See the rules
          </Button>
        </>
      )}
    </Empty>
  );
}
