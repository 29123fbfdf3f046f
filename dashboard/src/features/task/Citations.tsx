import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { OutsideLink } from "@/ui/OutsideLink";
import { wordOf } from "@/ui/records/kinds";
import { shownOf } from "@/ui/records/shown";
import type { Citation } from "./result";
import { citedQuery, kindsQuery } from "./rows";

const LONGEST = 120;
/** As many as the API looks up at once. */
const MOST = 100;

interface Props {
  citations: Citation[];
  ticker: string | null | undefined;
}

/** What a text rests on. Each opens where it was collected, if the row is still there and has an address. */
export function Citations({ citations, ticker }: Props) {
  const known = useQuery(kindsQuery).data ?? [];
  const kinds = [...new Set(citations.map(({ kind }) => kind))];
  return (
    <Stack gap={6}>
      {kinds.map((kind) => {
        const some = citations.filter((each) => each.kind === kind);
        const isStored = known.some((each) => each.kind === kind);
        return isStored ? (
          <Rows key={kind} kind={kind} ids={some.map(({ id }) => id)} ticker={ticker} />
        ) : (
          <Text key={kind} size="sm">
            {wordOf(kind)}: {some.map(({ id }) => id).join(", ")}
          </Text>
        );
      })}
    </Stack>
  );
}

function Rows({ kind, ids, ticker }: { kind: string; ids: string[]; ticker: string | null | undefined }) {
  const rows = useQuery(citedQuery(kind, ids.slice(0, MOST), ticker)).data?.records ?? [];
  return (
    <Stack gap={2} component="section" aria-label={`Sources: ${wordOf(kind)}`}>
      <Text size="xs" c="dimmed">
        Sources: {wordOf(kind).toLowerCase()}, {ids.length}
      </Text>
      {ids.map((id) => {
        const row = rows.find((each) => Object.values(each).includes(id));
        const { title, text, address } = row ? shownOf(row) : { title: "", text: "", address: null };
        const words = (title || text || id).slice(0, LONGEST);
        return (
          <Group key={id} gap={6} wrap="nowrap">
            <Text span size="xs" c="dimmed" className="mono">
              {id}
            </Text>
            {address ? (
              <OutsideLink to={address} size="sm">
                {words}
              </OutsideLink>
            ) : (
              <Text size="sm">{words}</Text>
            )}
          </Group>
        );
      })}
    </Stack>
  );
}
