import { answerOf, api } from "@/api/client";

const at = (capability: string) => ({ path: { capability } });

export const steer = {
  pause: (name: string, reason: string) =>
    answerOf(api.POST("/api/v1/capabilities/{capability}/pause", { params: at(name), body: { reason } })),
  resume: (name: string) => answerOf(api.POST("/api/v1/capabilities/{capability}/resume", { params: at(name) })),
  /** null takes the cap away. */
  cap: (name: string, per_second: number | null) =>
    answerOf(api.POST("/api/v1/capabilities/{capability}/rate", { params: at(name), body: { per_second } })),
  closeCircuit: (name: string) =>
    answerOf(api.POST("/api/v1/capabilities/{capability}/close-circuit", { params: at(name) })),
  pauseAll: (reason: string) => answerOf(api.POST("/api/v1/pause", { body: { reason } })),
  resumeAll: () => answerOf(api.POST("/api/v1/resume")),
};
