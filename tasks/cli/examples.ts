/**
 * Examples of each task, which its `--help` shows and a test runs.
 *
 * @module
 */

/** Command lines by task; those of `prepare` stand with its options. */
export const EXAMPLES: { readonly [task: string]: readonly string[] } = {
  setup: ["deno task setup --check"],
  demo: ["deno task demo --admissions 5000 --epochs 6"],
  fixture: ["deno task fixture --out mimic-made-up --admissions 2000 --seed 7"],
  describe: ["deno task describe --data data/top50 --model caml"],
  train: [
    "deno task train --data data/top50 --model caml --out runs/caml",
    "deno task train --data data/top50 --model caml --out runs/caml --resume --epochs 300",
    "deno task train --data data/top50 --model caml --set batchSize=8 --dry-run",
  ],
  evaluate: [
    "deno task evaluate --run runs/caml --baselines --json",
    "deno task evaluate --run runs/caml --precision 0.95",
  ],
  predict: [
    "deno task predict --run runs/caml note.txt",
    "deno task predict --run runs/caml --jsonl --json notes.jsonl",
    "deno task predict --run runs/caml --jsonl --part 1/2 --out codes.jsonl notes.jsonl",
    "deno task predict --run runs/caml --audit-log codes.log note.txt",
  ],
  monitor: ["deno task monitor --run runs/caml --notes notes.jsonl"],
  audit: [
    "deno task audit --run runs/caml --notes notes.csv --labels codes.csv --words 5",
    "deno task audit --run runs/caml --data data/top50 --measure",
    "deno task audit --verify codes.log",
  ],
  serve: [
    "deno task serve --runs runs",
    "deno task serve --runs runs/caml runs/cnn --port 8080 --decisions decisions.jsonl",
  ],
  runs: [
    "deno task runs --sort micro_f1",
    "deno task runs runs/caml runs/cnn",
  ],
  compare: ["deno task compare --data data/top50 --models cnn,caml --seeds 3"],
  sweep: [
    "deno task sweep --data data/top50 --grid gamma=1,2 --grid alpha=0.5,0.999 --seeds 3",
    "deno task sweep --data data/top50 --grid gamma=1,2,3 --slurm=write --sbatch gres=gpu:1",
  ],
  reproduce: ["deno task reproduce --table 1 --data data/top50 --seeds 3 --dry-run"],
  analyze: [
    "deno task analyze --data data",
    "deno task analyze --run runs/caml --figure 11",
  ],
  export: ["deno task export --run runs/caml --to hf --out caml-hf"],
  bench: ["deno task bench --only metrics"],
  completion: ["deno task completion bash >> ~/.bashrc"],
};
