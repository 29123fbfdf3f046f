import {
  ActionIcon,
  Button,
  Group,
  MultiSelect,
  Pill,
  Popover,
  Select,
  type SelectProps,
  Stack,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconAdjustments, IconArrowsSort, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { TaskFilters } from "@/api/tasks";
import { TypeFilter } from "@/ui/forms/TypeFilter";
import { useSettings } from "@/ui/settings";
import { STATUSES, TASK_STATUSES, type TaskStatus } from "@/ui/statuses";
import { TimeInput } from "@/ui/time/TimeInput";
import { GoToDate } from "./GoToDate";
import { activeFilters } from "./search";
import { Columns } from "./views/Columns";

const TYPING_MS = 250;
/** A list that opens elsewhere in the document would close the popover that it belongs to. */
const WITHIN = { withinPortal: false } as const;
const ORDERS = [
  { value: "-created_at", label: "Newest first" },
  { value: "created_at", label: "Oldest first" },
  { value: "-updated_at", label: "Changed last" },
  { value: "-priority", label: "Most urgent" },
];

interface Props {
  filters: TaskFilters;
  narrow: (filters: TaskFilters) => void;
}

export function Filters({ filters, narrow }: Props) {
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Words filters={filters} narrow={narrow} />
        <MultiSelect
          aria-label="Status"
          placeholder={filters.status?.length ? undefined : "Any status"}
          data={TASK_STATUSES.map((status) => ({ value: status, label: STATUSES[status].label }))}
          value={filters.status ?? []}
          onChange={(status) => narrow({ ...filters, status: status.length ? (status as TaskStatus[]) : undefined })}
          size="xs"
          w={{ base: 150, sm: 190 }}
          hidePickedOptions={false}
          comboboxProps={{ width: 220, position: "bottom-start" }}
        />
        <TypeFilter
          value={filters.task_type}
          onChange={(task_type) => narrow({ ...filters, task_type })}
          visibleFrom="sm"
        />
        <Order filters={filters} narrow={narrow} w={150} visibleFrom="md" />
        <More filters={filters} narrow={narrow} />
        <GoToDate filters={filters} narrow={narrow} />
        <Columns />
      </Group>
      <Active filters={filters} narrow={narrow} />
    </Stack>
  );
}

function Order({ filters, narrow, ...rest }: Props & Partial<SelectProps>) {
  return (
    <Select
      aria-label="Order"
      leftSection={<IconArrowsSort size={14} aria-hidden />}
      data={ORDERS}
      value={filters.sort ?? "-created_at"}
      onChange={(sort) => narrow({ ...filters, sort: sort && sort !== "-created_at" ? sort : undefined })}
      allowDeselect={false}
      size="xs"
      {...rest}
    />
  );
}

function Words({ filters, narrow }: Props) {
  const [words, setWords] = useState(filters.text ?? "");
  useEffect(() => setWords(filters.text ?? ""), [filters.text]);
  const search = useDebouncedCallback(
    (text: string) => narrow({ ...filters, text: text.trim() || undefined }),
    TYPING_MS,
  );
  return (
    <TextInput
      aria-label="Words"
      data-search
      placeholder="Words in tags, notes, params"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={words}
      onChange={(event) => {
        setWords(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      size="xs"
      miw={120}
      flex={1}
      maw={320}
    />
  );
}

/** What is filtered by less often. */
function More({ filters, narrow }: Props) {
  const [opened, popover] = useDisclosure();
  const [entered, setEntered] = useState(filters);
  useEffect(() => setEntered(filters), [filters]);
  const text = (name: "ticker" | "tag" | "worker" | "created_by" | "id_prefix", label: string) => (
    <TextInput
      label={label}
      size="xs"
      value={entered[name] ?? ""}
      onChange={(event) => setEntered({ ...entered, [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <Popover opened={opened} onChange={popover.toggle} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip label="More filters">
          <ActionIcon variant="default" size={30} onClick={popover.toggle} aria-label="More filters">
            <IconAdjustments size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            popover.close();
            narrow(entered);
          }}
        >
          <Stack gap="xs" w={260}>
            {/* Where there is no room for them in the line. */}
            <TypeFilter
              value={entered.task_type}
              onChange={(task_type) => setEntered({ ...entered, task_type })}
              w="100%"
              hiddenFrom="sm"
              comboboxProps={WITHIN}
            />
            <Order filters={entered} narrow={setEntered} hiddenFrom="md" comboboxProps={WITHIN} />
            {text("ticker", "Ticker")}
            {text("tag", "Tag")}
            {text("worker", "Worker, by name or id")}
            {text("created_by", "Created by, like human:anna")}
            {text("id_prefix", "Id begins with")}
            <TimeInput
              label="Created after"
              value={entered.created_after ?? null}
              onChange={(moment) => setEntered({ ...entered, created_after: moment ?? undefined })}
            />
            <TimeInput
              label="Created before"
              value={entered.created_before ?? null}
              onChange={(moment) => setEntered({ ...entered, created_before: moment ?? undefined })}
            />
            <Button type="submit" size="xs">
              Apply
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function Active({ filters, narrow }: Props) {
  const { zone } = useSettings();
  const active = activeFilters(filters, zone);
  if (active.length === 0) return null;
  return (
    <Group gap={6}>
      {active.map(({ label, without }) => (
        <Pill
          key={label}
          withRemoveButton
          onRemove={() => narrow(without)}
          removeButtonProps={{ "aria-label": `Remove filter ${label}`, tabIndex: 0, "aria-hidden": false }}
        >
          {label}
        </Pill>
      ))}
      {active.length > 1 && (
        <Button size="compact-xs" variant="subtle" onClick={() => narrow({ sort: filters.sort, workspace: undefined })}>
          Clear all
        </Button>
      )}
    </Group>
  );
}
