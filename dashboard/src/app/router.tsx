import { createRouter } from "@tanstack/react-router";
import { basePath } from "@/api/client";
import { NotFound, PageError } from "./failures";
import { pages } from "./page";
import { rootRoute } from "./root";
import { Shell } from "./shell/Shell";

rootRoute.update({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });

export const router = createRouter({
  routeTree: rootRoute.addChildren(pages.map((page) => page.route)),
  basepath: basePath || "/",
  defaultPreload: "intent",
  scrollRestoration: true,
});
