/** A tiny run that is served in this process: its answers, and where decisions and predictions are kept. */
import { join } from "node:path";
import { type AuditLog, openAuditLog } from "../../pipeline/files/audit_log.ts";
import { type AnswerRequest, createAnswers } from "../../tasks/serve/app.ts";
import { DecisionBook } from "../../tasks/serve/decisions.ts";
import { createToken } from "../../tasks/serve/guard.ts";
import { CodingService } from "../../tasks/serve/service.ts";
import { RunShelf } from "../../tasks/serve/shelf.ts";
import { copyFolder } from "./copy_folder.ts";
import { openProfiled } from "./profiled_run.ts";
import type { TinyOptions } from "./tiny_dataset.ts";
import { TrainedRun } from "./trained_run.ts";

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- whatever the test looks for in it
  readonly body: any;
}

/** How a run is made and served. */
export interface ServedOptions extends TinyOptions {
  readonly places?: number;
}

/** The server of a folder with two runs: `a`, which is fit for audits, and `b`, a copy of it that is not. */
export class Served implements AsyncDisposable {
  readonly token = createToken();
  readonly base = `http://127.0.0.1/${this.token}/`;
  readonly answer: AnswerRequest;
  readonly folder: string;
  readonly decisions: string;
  readonly auditLog: string;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    folder: string,
    parts: { shelf: RunShelf; book: DecisionBook; log: AuditLog },
    stack: AsyncDisposableStack,
    places?: number,
  ) {
    this.folder = folder;
    this.decisions = join(folder, "decisions.jsonl");
    this.auditLog = join(folder, "audit.jsonl");
    this.answer = createAnswers({ service: new CodingService(parts), token: this.token, places });
    this.#parts = stack;
  }

  /** @param options of the dataset, and how many requests may wait. */
  static async create({ places, ...options }: ServedOptions = {}): Promise<Served> {
    const stack = new AsyncDisposableStack();
    const trained = stack.use(await TrainedRun.create(options));
    const folder = join(trained.directory, "served");
    await Deno.mkdir(join(folder, "runs"), { recursive: true });
    for (const name of ["a", "b"]) copyFolder(trained.run, join(folder, "runs", name));
    const { restored } = await openProfiled(join(folder, "runs", "a"));
    restored.model.weights.dispose();
    const shelf = stack.adopt(await RunShelf.open([join(folder, "runs")]), (own) => own.dispose());
    const book = stack.use(await DecisionBook.open(join(folder, "decisions.jsonl")));
    const log = stack.use(await openAuditLog(join(folder, "audit.jsonl")));
    return new Served(folder, { shelf, book, log }, stack, places);
  }

  /** Directory of one of the runs. */
  run(name: "a" | "b"): string {
    return join(this.folder, "runs", name);
  }

  /** Asks for a path; with a body by POST, which is JSON unless it is a text. */
  async ask(path: string, body?: unknown): Promise<Answered> {
    const response = await this.answer(
      new Request(this.base + path, {
        method: body === undefined ? "GET" : "POST",
        body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    const { status, headers } = response;
    return { status, headers, body: isJson ? JSON.parse(text) : text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
