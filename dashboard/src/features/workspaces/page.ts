import { IconUsersGroup } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/workspaces",
  component: lazyRouteComponent(() => import("./WorkspacesPage"), "WorkspacesPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/workspaces/$name",
  component: lazyRouteComponent(() => import("./WorkspacePage"), "WorkspacePage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Workspaces", icon: IconUsersGroup, order: 88, key: "z", members: true } },
  { route: oneRoute },
];
