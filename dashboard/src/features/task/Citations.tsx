import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { MouseEvent } from "react";
import { OutsideLink } from "@/ui/OutsideLink";
import { wordOf } from "@/ui/records/kinds";
import { shownOf } from "@/ui/records/shown";
import { piecesOf } from "./cites";
import type { Citation } from "./result";
import { citedQuery, kindsQuery } from "./rows";

const LONGEST = 120;
/** As many as the API looks up at once. */
const MOST = 100;

interface Props {
  citations: Citation[];
  ticker: string | null | undefined;
  /** In which the rows are that it rests on. */
  workspace: string;
}

function anchorOf(place: number): string {
  return `source-${place}`;
}

/** A text in which numbers lead to what it cites. */
export function Cited({ text, citations }: { text: string; citations: Citation[] }) {
  const cited = citations.map(({ kind, id }) => `${kind}:${id}`);
  return piecesOf(text, cited).map((piece, at) =>
    typeof piece === "string" ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text stay where they are
      <sup key={at}>
        {piece.map((place) => (
          <a key={place} href={`#${anchorOf(place)}`} className="cite" onClick={(event) => show(event, place)}>
            {place}
          </a>
        ))}
      </sup>
    ),
  );
}

/** The page has a base address, against which a bare # would lead to the start. */
function show(event: MouseEvent, place: number): void {
  event.preventDefault();
  const source = document.getElementById(anchorOf(place));
  source?.scrollIntoView({ block: "center" });
  source?.focus();
}

/** What a text rests on. Each opens where it was collected, if the row is still there and has an address. */
export function Citations({ citations, ticker, workspace }: Props) {
  const known = useQuery(kindsQuery).data ?? [];
  const placeOf = (kind: string, id: string) => citations.findIndex((each) => each.kind === kind && each.id === id) + 1;
  const kinds = [...new Set(citations.map(({ kind }) => kind))];
  return (
    <Stack gap={6}>
      {kinds.map((kind) => {
        const some = citations.filter((each) => each.kind === kind);
        const isStored = known.some((each) => each.kind === kind);
        return isStored ? (
          <Rows
            key={kind}
            kind={kind}
            ids={some.map(({ id }) => id)}
            ticker={ticker}
            workspace={workspace}
            placeOf={placeOf}
          />
        ) : (
          <Text key={kind} size="sm">
            {wordOf(kind)}:{" "}
            {some.map(({ id }) => (
              <span key={id} id={anchorOf(placeOf(kind, id))} tabIndex={-1}>
                [{placeOf(kind, id)}] {id}{" "}
              </span>
            ))}
          </Text>
        );
      })}
    </Stack>
  );
}

interface RowsProps {
  kind: string;
  ids: string[];
  ticker: string | null | undefined;
  workspace: string;
  placeOf: (kind: string, id: string) => number;
}

function Rows({ kind, ids, ticker, workspace, placeOf }: RowsProps) {
  const rows = useQuery(citedQuery(kind, ids.slice(0, MOST), ticker, workspace)).data?.records ?? [];
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
          <Group key={id} gap={6} wrap="nowrap" id={anchorOf(placeOf(kind, id))} tabIndex={-1}>
            <Text span size="xs" c="dimmed" miw={26}>
              [{placeOf(kind, id)}]
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
