/** A refusal as the API words it (RFC 9457). */
export interface Problem {
  status: number;
  detail: string;
  errors: { field: string; message: string }[];
}

export class ApiError extends Error {
  readonly status: number;
  readonly errors: Problem["errors"];

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.errors = problem.errors;
  }
}

export function problemOf(body: unknown, status: number): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  return {
    status,
    detail: typeof said.detail === "string" ? said.detail : sentenceFor(status),
    errors: Array.isArray(said.errors) ? said.errors : [],
  };
}

/** For answers that are not the API's: a proxy in front of it, say. */
function sentenceFor(status: number): string {
  if (status === 502 || status === 503 || status === 504)
    return "The server is not ready. Nothing was changed; try again in a moment.";
  return `The server answered with status ${status} and no explanation. Its log may have one.`;
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    detail: "The server cannot be reached. What you typed is kept; the page tries again by itself.",
    errors: [],
  });
}

/** One sentence about anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
