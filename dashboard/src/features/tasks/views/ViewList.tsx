import { ActionIcon, Button, Divider, Group, NavLink, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconDeviceFloppy, IconListDetails, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type View, views, viewsQuery } from "./queries";

/** One's own views of the list: go to one, keep the filters on show under its name or a new one, delete one. */
export default function ViewList({ close, openBulks }: { close: () => void; openBulks: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const query = useLocation({ select: ({ searchStr }) => searchStr.replace(/^\?/, "") });
  const list = useQuery(viewsQuery);
  const [name, setName] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const named = () => {
    setName("");
    // The button that had the focus cannot have it while there is nothing to save.
    input.current?.focus();
  };
  const settled = {
    meta: { quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  };
  const add = useMutation({ mutationFn: views.add, ...settled, onSuccess: named });
  const change = useMutation({ mutationFn: views.change, ...settled });
  const remove = useMutation({ mutationFn: views.remove, ...settled });
  const error = list.error ?? add.error ?? change.error ?? remove.error;

  function go(view: View) {
    void navigate({ to: "/tasks", search: router.options.parseSearch(`?${view.query}`) as never });
    close();
  }

  function save(event: FormEvent) {
    event.preventDefault();
    if (name.trim()) add.mutate({ name: name.trim(), query });
  }

  return (
    <Stack gap={6} w={290}>
      {list.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          No views yet. Filter the list, and keep the filters here under a name.
        </Text>
      )}
      {list.data?.map((view) => (
        <Group key={view.id} gap={4} wrap="nowrap">
          <NavLink
            component="button"
            label={view.name}
            active={view.query === query}
            onClick={() => go(view)}
            styles={{ label: { overflowWrap: "anywhere" } }}
          />
          {view.query !== query && (
            <Act label={`Keep the filters on show as ${view.name}`} act={() => change.mutate({ id: view.id, query })}>
              <IconDeviceFloppy size={15} />
            </Act>
          )}
          <Act label={`Delete the view ${view.name}`} act={() => remove.mutate(view)}>
            <IconTrash size={15} />
          </Act>
        </Group>
      ))}
      <form onSubmit={save}>
        <Group gap={6} wrap="nowrap">
          <TextInput
            ref={input}
            aria-label="Name of the view"
            placeholder="Name for these filters"
            size="xs"
            flex={1}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" loading={add.isPending} disabled={!name.trim()}>
            Save
          </Button>
        </Group>
      </form>
      {error && <ErrorSentence error={error} />}
      <Divider />
      <NavLink
        component="button"
        label="Done to many at once"
        leftSection={<IconListDetails size={15} aria-hidden />}
        onClick={openBulks}
      />
    </Stack>
  );
}

function Act({ label, act, children }: { label: string; act: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={act}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
