import { IconTemplate } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates",
  component: lazyRouteComponent(() => import("./TemplatesPage"), "TemplatesPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/$name",
  validateSearch: ({ version }: Record<string, unknown>): { version?: number } =>
    typeof version === "number" && Number.isInteger(version) && version > 0 ? { version } : {},
  component: lazyRouteComponent(() => import("./TemplatePage"), "TemplatePage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Templates", icon: IconTemplate, order: 18, key: "v" } },
  { route: oneRoute },
];
