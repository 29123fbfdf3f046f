import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import { once } from "./once";
import type { components } from "./schema";

export type Plan = components["schemas"]["PlanView"];
export type PlanDetail = components["schemas"]["PlanDetailView"];
export type PlanStatus = components["schemas"]["PlanStatus"];
export type Step = components["schemas"]["StepView"];
export type Part = components["schemas"]["PartPage"]["parts"][number];

/** The first key of everything that shows plans. */
export const PLANS = "plans";
const PAGE = 50;
/** The API has at most this many steps in a page. */
const STEPS = 200;

/** ``workspace``: of one of them; undefined: of all that one sees. */
export function planList(status: PlanStatus | undefined, workspace: string | undefined) {
  return infiniteQueryOptions({
    queryKey: [PLANS, "list", status ?? "all", workspace ?? "all"],
    queryFn: ({ pageParam, signal }) => {
      const query = { status, workspace, after: pageParam, limit: PAGE };
      return answerOf(api.GET("/api/v1/plans", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Without what was submitted, which may be megabytes: it is asked for whenever something happens. */
export function planDetail(plan_id: string) {
  return queryOptions({
    queryKey: [PLANS, "one", plan_id, "detail"],
    queryFn: ({ signal }) => {
      const params = { path: { plan_id }, query: { document: false } };
      return answerOf(api.GET("/api/v1/plans/{plan_id}", { params, signal }));
    },
  });
}

/** What was submitted, which nothing changes. */
export function planDocument(plan_id: string) {
  return queryOptions({
    queryKey: ["plan-document", plan_id],
    queryFn: async ({ signal }) => {
      const plan = await answerOf(api.GET("/api/v1/plans/{plan_id}", { params: { path: { plan_id } }, signal }));
      return plan.document ?? {};
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** All steps of a plan that has more of them than its detail carries. */
export function planSteps(plan_id: string) {
  return infiniteQueryOptions({
    queryKey: [PLANS, "one", plan_id, "steps"],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { plan_id }, query: { after: pageParam, limit: STEPS } };
      return answerOf(api.GET("/api/v1/plans/{plan_id}/steps", { params, signal }));
    },
    initialPageParam: -1,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export function stepParts(plan_id: string, step: string) {
  return infiniteQueryOptions({
    queryKey: [PLANS, "one", plan_id, "parts", step],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { plan_id, step }, query: { after: pageParam, limit: PAGE } };
      return answerOf(api.GET("/api/v1/plans/{plan_id}/steps/{step}/parts", { params, signal }));
    },
    initialPageParam: -1,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export const steerPlan = {
  retry: (plan_id: string) =>
    once(`plan.${plan_id}.retry`, "", (header) =>
      answerOf(api.POST("/api/v1/plans/{plan_id}/retry", { params: { path: { plan_id }, header } })),
    ),
  cancel: (plan_id: string) =>
    once(`plan.${plan_id}.cancel`, "", (header) =>
      answerOf(api.POST("/api/v1/plans/{plan_id}/cancel", { params: { path: { plan_id }, header } })),
    ),
};

/** A step, or one of its entries; without a place: all that it applies to. */
export interface Which {
  plan: string;
  step: string;
  place?: number;
}

/** The result that was on show, by the round of its task and the end of its review; refused if it was made again. */
export interface Seen {
  round?: number;
  review_before?: string;
}

export type StepAct =
  | { verb: "retry"; params?: Record<string, unknown> }
  | { verb: "skip" }
  | { verb: "result"; result: Record<string, unknown> }
  | ({ verb: "approve" | "reject"; comment: string } & Seen)
  | ({ verb: "request-changes"; text: string } & Seen);

export function actOnStep({ plan, step, place }: Which, { verb, ...said }: StepAct): Promise<unknown> {
  const body = { place, ...said };
  return once(`plan.${plan}.${step}.${verb}`, body, (header) => {
    const asked = { params: { path: { plan_id: plan, step }, header }, body: body as never };
    return answerOf<unknown>(api.POST(`/api/v1/plans/{plan_id}/steps/{step}/${verb}`, asked));
  });
}

/** A text is sent as it was typed: the API reads JSON and YAML. */
const AS_TYPED = {
  headers: { "Content-Type": "application/yaml" },
  bodySerializer: (text: unknown) => text as string,
};

export function checkPlan(text: string, signal?: AbortSignal) {
  return answerOf(api.POST("/api/v1/plans/validate", { ...AS_TYPED, body: text as never, signal }));
}

export function submitPlan(text: string) {
  return once("plan", text, (header) =>
    answerOf(
      api.POST("/api/v1/plans", {
        ...AS_TYPED,
        headers: { ...AS_TYPED.headers },
        params: { header },
        body: text as never,
      }),
    ),
  );
}

export type GoalAnswer = components["schemas"]["GoalAnswer"];
export type ProposedPlan = components["schemas"]["ProposedPlan"];

/** Proposes only: nothing is created. */
export function proposePlan(body: components["schemas"]["GoalBody"]): Promise<GoalAnswer> {
  return answerOf(api.POST("/api/v1/goals", { body }));
}

/** What is left of a proposed plan without some steps, with its price. Nothing is created. */
export function priceWithout({
  plan,
  without,
}: {
  plan: ProposedPlan["plan"];
  without: string[];
}): Promise<ProposedPlan> {
  return answerOf(api.POST("/api/v1/plans/estimate", { body: { plan, without } }));
}
