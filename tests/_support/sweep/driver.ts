/**
 * Sweeps in one process, which is watched: `driver.ts SUBJECT STRIDE ENDING…`. Prints a report as JSON.
 */
import { evaluateSubject } from "./evaluate.ts";
import { prepareSubject } from "./prepare.ts";
import { Watch } from "./shim.ts";
import { type Ending, type Subject, sweep } from "./sweep.ts";
import { trainSubject } from "./train.ts";

const SUBJECTS: { readonly [name: string]: (watch: Watch) => Promise<Subject> } = {
  "train": (watch) => trainSubject(watch, "new"),
  "train --resume": (watch) => trainSubject(watch, "resumed"),
  "prepare": (watch) => prepareSubject(watch, "new"),
  "prepare --force": (watch) => prepareSubject(watch, "replaced"),
  "prepare --force in two steps": (watch) => prepareSubject(watch, "replaced in two steps"),
  "evaluate": evaluateSubject,
};

const [name, stride, ...endings] = Deno.args;
const watch = Watch.attached();
const subject = await SUBJECTS[name!]!(watch);
const report = await sweep(watch, subject, {
  stride: Number(stride),
  endings: endings as Ending[],
});
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
Deno.exit(0);
