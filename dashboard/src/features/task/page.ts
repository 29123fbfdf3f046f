import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks/$id",
  component: lazyRouteComponent(() => import("./TaskPage"), "TaskPage"),
});

export const pages: Page[] = [{ route }];
