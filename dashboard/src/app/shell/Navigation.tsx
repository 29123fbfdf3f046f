import { Kbd, NavLink, Stack } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { useIsMember, useSession } from "@/api/session";
import { offeredTo } from "../page";
import { about } from "./about";

export function Navigation({ onGo }: { onGo: () => void }) {
  const role = useSession().data?.role ?? "viewer";
  const isMember = useIsMember();
  const path = useLocation({ select: (location) => location.pathname });
  return (
    <Stack component="nav" aria-label="Pages" gap={2}>
      {offeredTo(role, isMember).map(({ path: to, label, icon: Icon, key }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          title={about(to)}
          active={isWithin(path, to)}
          aria-current={isWithin(path, to) ? "page" : undefined}
          leftSection={<Icon size={18} aria-hidden />}
          rightSection={
            <Kbd size="xs" visibleFrom="sm" aria-hidden>
              g {key}
            </Kbd>
          }
          onClick={onGo}
        />
      ))}
    </Stack>
  );
}

function isWithin(path: string, page: string): boolean {
  return page === "/" ? path === "/" : path === page || path.startsWith(`${page}/`);
}
