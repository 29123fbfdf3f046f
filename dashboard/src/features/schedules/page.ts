import { IconCalendarRepeat } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules",
  component: lazyRouteComponent(() => import("./SchedulesPage"), "SchedulesPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules/$name",
  component: lazyRouteComponent(() => import("./SchedulePage"), "SchedulePage"),
});

/** Not below `/schedules`, where any name may be that of a schedule. */
export const formRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedule",
  validateSearch: (search: Record<string, unknown>): { change?: string } =>
    typeof search.change === "string" && search.change ? { change: search.change } : {},
  component: lazyRouteComponent(() => import("./FormPage"), "FormPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Schedules", icon: IconCalendarRepeat, order: 17, key: "s", members: true } },
  { route: oneRoute },
  { route: formRoute },
];
