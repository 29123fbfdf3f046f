import { IconTemplate } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates",
  component: lazyRouteComponent(() => import("./TemplatesPage"), "TemplatesPage"),
});

interface OneSearch {
  version?: number;
  /** Of which workspace, as several may have one of this name. */
  of?: string;
}

/** What the address of one says besides its name. */
export function ofWorkspace(workspace: string): OneSearch {
  return workspace === "default" ? {} : { of: workspace };
}

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/$name",
  validateSearch: ({ version, of }: Record<string, unknown>): OneSearch => ({
    ...(typeof version === "number" && Number.isInteger(version) && version > 0 && { version }),
    ...(typeof of === "string" && of && { of }),
  }),
  component: lazyRouteComponent(() => import("./TemplatePage"), "TemplatePage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Templates", icon: IconTemplate, order: 18, key: "v", members: true } },
  { route: oneRoute },
];
