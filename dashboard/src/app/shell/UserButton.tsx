import { ActionIcon } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useSession } from "@/api/session";
import { untilItComes } from "@/app/newVersion";

const UserMenu = lazy(untilItComes(() => import("./UserMenu")));

/** Who is signed in; what opens when it is pressed is loaded after the page is there. */
export function UserButton() {
  const session = useSession();
  const button = (
    <ActionIcon variant="default" aria-label={`You: ${session.data?.user ?? "nobody"}`}>
      <IconUser size={16} />
    </ActionIcon>
  );
  return (
    <Suspense fallback={button}>
      <UserMenu button={button} />
    </Suspense>
  );
}
