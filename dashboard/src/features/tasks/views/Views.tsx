import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBookmarks } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

const ViewList = lazy(() => import("./ViewList"));
const RecentBulks = lazy(() => import("../bulk/RecentBulks"));

/** Filters under a name, and what was done to many at once. What is behind it is loaded when it is opened. */
export function Views() {
  const [opened, list] = useDisclosure();
  const [bulksShown, bulks] = useDisclosure();
  return (
    <>
      <Popover opened={opened} onChange={list.toggle} position="bottom-end" withArrow shadow="md" trapFocus>
        <Popover.Target>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconBookmarks size={16} aria-hidden />}
            onClick={list.toggle}
          >
            Views
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Suspense>
            <ViewList
              close={list.close}
              openBulks={() => {
                list.close();
                bulks.open();
              }}
            />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
      <Suspense>{bulksShown && <RecentBulks close={bulks.close} />}</Suspense>
    </>
  );
}
