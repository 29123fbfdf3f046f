import { Badge, Collapse, Group, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { JsonTree } from "@/ui/JsonTree";
import { OutsideLink } from "@/ui/OutsideLink";
import { Time } from "@/ui/time/Time";
import "./records.css";
import { type Row, shownOf } from "./shown";

interface Props {
  row: Row;
  /** The field that says when it was. */
  time: string;
  /** Where all rows are of one task, it is not said again. */
  ofOneTask?: boolean;
}

export const RecordRow = memo(RecordRowOf);

/** A collected row: what it is about, and behind a click all of it, as text. */
function RecordRowOf({ row, time, ofOneTask = false }: Props) {
  const [opened, setOpened] = useState(false);
  const { title, text, facts, address } = shownOf(row);
  const ticker = typeof row.ticker === "string" ? row.ticker : null;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  const moment = row[time];
  return (
    <li className="record">
      <Group gap={6} wrap="nowrap" align="flex-start">
        <UnstyledButton className="record-head" onClick={() => setOpened(!opened)} aria-expanded={opened}>
          <Chevron size={14} aria-hidden />
          <span className="record-words">
            {title && (
              <Text size="sm" fw={600} lineClamp={opened ? undefined : 1}>
                {title}
              </Text>
            )}
            {text && (
              <Text size="sm" lineClamp={opened ? undefined : 2} className="record-text">
                {text}
              </Text>
            )}
          </span>
        </UnstyledButton>
        {address && (
          <OutsideLink to={address} aria-label="Open at its source">
            <IconExternalLink size={15} aria-hidden />
          </OutsideLink>
        )}
      </Group>
      <Group gap="2px 8px" className="record-facts">
        {ticker && (
          <Badge variant="default" size="sm" tt="none">
            {ticker}
          </Badge>
        )}
        <Time at={typeof moment === "string" ? moment : null} />
        {facts.map(([name, value]) => (
          <span key={name}>
            {name} {value}
          </span>
        ))}
        {!ofOneTask && typeof row.task_id === "string" && (
          <Link to="/tasks/$id" params={{ id: row.task_id } as never} className="record-task">
            its task
          </Link>
        )}
      </Group>
      <Collapse expanded={opened}>{opened && <JsonTree of={row} label="All fields" />}</Collapse>
    </li>
  );
}
