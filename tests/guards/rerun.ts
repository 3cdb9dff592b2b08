/**
 * Loaded before a file of tests whose guards have switches. Each test runs as it is, then once more for
 * every guard that it made refuse, without that guard, then as it is again. A test that only fails
 * without a guard holds it. What happens goes to a file, line by line, since a test without a guard may
 * do anything.
 *
 * @module
 */
import type { RerunNote, RerunPlan } from "./rerun_notes.ts";

/** A run without a guard that takes longer waits for what does not come, in milliseconds. */
const LONGEST = 10_000;
const TIMES = 10;

type Body = (context: Deno.TestContext) => void | Promise<void>;
type Definition = Omit<Deno.TestDefinition, "fn"> & { readonly fn: Body };

const plan: RerunPlan = JSON.parse(Deno.env.get("MARN_GUARDS")!);
const known = new Set(plan.known);

/** What a test did so far, and the guard that it has to do without. */
class Attempt {
  readonly fired = new Set<string>();
  constructor(readonly without?: string) {}
}

/** The attempt in progress: tests of a file run one after another. */
let attempt = new Attempt();

/** Whether a guard may refuse. */
function allows(guard: string): boolean {
  attempt.fired.add(guard);
  return attempt.without !== guard;
}

function note(line: RerunNote): void {
  Deno.writeTextFileSync(plan.notes, `${JSON.stringify(line)}\n`, { append: true });
}

/** A context whose steps run at once and throw. */
function contextOf(name: string): Deno.TestContext {
  const step = async (first: unknown, body?: Body) => {
    const { fn = body, name: own = first } = typeof first === "string" ? {} : first as Definition;
    await fn!(contextOf(`${own}`));
    return true;
  };
  return { name, origin: "", step } as unknown as Deno.TestContext;
}

/** Whether a test fails, or does not end in so many milliseconds. */
async function fails(name: string, body: Body, limit: number, without?: string): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), limit);
  attempt = new Attempt(without);
  const run = Promise.try(() => body(contextOf(name)));
  try {
    return await Promise.race([run.then(() => false, () => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function withReruns(name: string, body: Body): Body {
  return async (context) => {
    const start = performance.now();
    attempt = new Attempt();
    await body(context);
    const limit = Math.max(LONGEST, TIMES * (performance.now() - start));
    const found = [...attempt.fired].filter((guard) => !known.has(guard));
    const missed: string[] = [];
    for (const guard of found) {
      note({ test: name, tries: guard });
      if (await fails(name, body, limit, guard)) missed.push(guard);
    }
    const unsteady = missed.length > 0 && await fails(name, body, limit);
    const holds = unsteady ? [] : missed;
    note({ test: name, holds });
    holds.forEach((guard) => known.add(guard));
  };
}

/** All forms in which tests are registered, as one. */
function definitionOf(args: readonly unknown[]): Definition {
  const name = args.find((part) => typeof part === "string");
  const fn = args.find((part) => typeof part === "function") as Body | undefined;
  const options = args.find((part) => typeof part === "object") as Definition | undefined;
  const body = fn ?? options!.fn;
  return { ...options, name: name ?? options?.name ?? body.name, fn: body };
}

const { test } = Deno;
const register = (...args: unknown[]) => {
  const definition = definitionOf(args);
  const { name, fn } = definition;
  const lax = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  test({ ...definition, ...lax, fn: withReruns(name, fn) });
};
Object.defineProperty(Deno, "test", { value: Object.assign(register, test) });
Object.assign(globalThis, { allows });
for (const event of ["unhandledrejection", "error"]) {
  globalThis.addEventListener(event, (event) => event.preventDefault()); // of tests without a guard
}
