import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { type TaskFilters, taskList } from "@/api/tasks";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { BulkBar } from "./bulk/BulkBar";
import { Filters } from "./Filters";
import { NewPill } from "./NewPill";
import { Nothing } from "./Nothing";
import { route } from "./page";
import { TaskRows } from "./TaskRows";
import { useFirstPageKept } from "./useFirstPageKept";
import { useLiveList } from "./useLiveList";
import { useSelection } from "./useSelection";
import { Views } from "./views/Views";

/** All tasks, with every filter in the address. */
export function TasksPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const list = useInfiniteQuery({ ...taskList(filters), placeholderData: (before) => before });
  const tasks = list.data?.pages.flatMap((page) => page.tasks) ?? [];
  const selection = useSelection(tasks, JSON.stringify(filters));
  const news = useLiveList(filters);
  const [first] = list.data?.pages ?? [];
  const total = first ? `${first.total.toLocaleString("en")}${first.total_capped ? "+" : ""}` : "";

  const keepFirstPage = useFirstPageKept(filters);

  const narrow = (changed: TaskFilters) => navigate({ to: "/tasks", search: changed as never, replace: true });

  function showNew() {
    news.reset();
    keepFirstPage();
    void list.refetch();
  }

  return (
    <Stack gap="xs" h="calc(100dvh - 48px - 2 * var(--app-shell-padding))">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" align="baseline">
          <Title order={1}>Tasks</Title>
          {first && (
            <Text c="dimmed" size="sm" aria-live="polite">
              {total}
            </Text>
          )}
          <NewPill count={news.count} show={showNew} />
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Views />
          {may.operate && (
            <Button component={Link} to="/submit" leftSection={<IconPlus size={16} aria-hidden />} size="compact-md">
              New task
            </Button>
          )}
        </Group>
      </Group>
      <Filters filters={filters} narrow={narrow} />
      {may.operate && <BulkBar selection={selection} filters={filters} total={total} />}
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {first && tasks.length === 0 ? (
        <Nothing filters={filters} narrow={narrow} />
      ) : (
        <TaskRows
          tasks={tasks}
          selection={may.operate ? selection : null}
          dimmed={list.isPlaceholderData}
          hasMore={list.hasNextPage}
          more={() => !list.isFetching && void list.fetchNextPage()}
          waiting={list.isPending}
        />
      )}
    </Stack>
  );
}
