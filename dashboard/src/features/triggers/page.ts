import { IconWebhook } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/triggers",
  component: lazyRouteComponent(() => import("./TriggersPage"), "TriggersPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/triggers/$name",
  validateSearch: (search: Record<string, unknown>): { delivery?: number } =>
    Number.isInteger(search.delivery) && Number(search.delivery) > 0 ? { delivery: Number(search.delivery) } : {},
  component: lazyRouteComponent(() => import("./TriggerPage"), "TriggerPage"),
});

/** Not below `/triggers`, where any name may be that of a trigger. */
export const formRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/trigger",
  validateSearch: (search: Record<string, unknown>): { change?: string } =>
    typeof search.change === "string" && search.change ? { change: search.change } : {},
  component: lazyRouteComponent(() => import("./FormPage"), "FormPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Triggers", icon: IconWebhook, order: 19, key: "i", members: true } },
  { route: oneRoute },
  { route: formRoute },
];
