/**
 * `deno task serve`: runs → a page and an API to code notes with them, on this machine alone.
 *
 * @module
 */
import { openAuditLog } from "../pipeline/files/audit_log.ts";
import { requireDistinct } from "../pipeline/files/output_places.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print, say } from "./cli/print.ts";
import { LOOPBACK } from "./launch/loopback.ts";
import { createAnswers } from "./serve/app.ts";
import { DecisionBook } from "./serve/decisions.ts";
import { declareServeFlags, type ServeFlags } from "./serve/flags.ts";
import { createToken } from "./serve/guard.ts";
import { listen } from "./serve/listen.ts";
import { CodingService } from "./serve/service.ts";
import { RunShelf } from "./serve/shelf.ts";

const command = declareServeFlags(
  createCommand("serve", "Serves a page and an API to code notes, on this machine alone."),
).action(serve);

if (import.meta.main) await runCommand(command, Deno.args);

async function serve({ runs, port, decisions, auditLog, engine }: ServeFlags): Promise<void> {
  await requireDistinct([decisions, auditLog].filter((path) => path !== undefined));
  const shelf = await RunShelf.open(runs);
  using book = decisions === undefined ? undefined : await DecisionBook.open(decisions);
  await using log = auditLog === undefined ? undefined : await openAuditLog(auditLog);
  await openEngine(engine);
  using interrupts = listenForInterrupts("answering what was asked");
  const token = createToken();
  const answer = createAnswers({ service: new CodingService({ shelf, book, log }), token });
  const server = listen(answer, port, interrupts.signal);
  print(`http://${LOOPBACK}:${server.port}/${token}/`);
  say("open this address in a browser of this machine; whoever has it is let in; Ctrl+C ends it");
  await server.finished;
  shelf.dispose();
  Deno.exit(interrupts.exitCode);
}
