/**
 * The command line of `deno task prepare`.
 *
 * @module
 */
import type { Command } from "commander";
import { SHIPPED_SPLITS } from "../../pipeline/lists/shipped.ts";
import type { PrepareOptions } from "../../pipeline/prepare/options.ts";
import type { InputPart } from "../../pipeline/source/part.ts";
import { choiceOption } from "../cli/options.ts";
import { byteSize, inputPart, integer, probability, splitShares } from "../cli/values.ts";
import { type ColumnFlags, declareColumnFlags } from "./column_flags.ts";

/** The command line, parsed. */
export interface PrepareFlags
  extends Omit<PrepareOptions, "input" | "out" | "replace">, ColumnFlags {
  readonly out?: string;
  readonly source?: PrepareOptions["input"]["kind"];
  readonly mimic?: string;
  readonly ccs?: string;
  readonly skipMalformed?: true;
  readonly repairZeros?: true;
  readonly notes?: readonly string[];
  readonly labels?: readonly string[];
  readonly embedNotes?: readonly string[];
  readonly groups?: readonly string[];
  readonly groupPrefix?: number;
  readonly titles?: readonly string[];
  readonly part?: InputPart;
  /** Folders of parts. */
  readonly merge?: readonly string[];
  readonly force?: true;
  readonly json?: true;
}

const EXAMPLES = `
MIMIC-III:
  deno task prepare --mimic mimic-iii/ --ccs Single_Level_CCS_2015.zip --split caml --ccs-labels paper
  deno task prepare --mimic mimic-iii/ --ccs ccs2015/ --split edin-clean --out data-clean
  deno task prepare --mimic mimic-iii/ --ccs ccs2015/ --split published --splits lists/

Your own corpus (CSV, TSV, JSON lines or Parquet; notes have the columns id, text and, if wanted,
patient and split; labels have id, code; usual names such as hadm_id, note and icd_code are known):
  deno task prepare --source corpus --notes notes.csv --labels codes.csv
  deno task prepare --source corpus --notes train=train_notes.csv dev=dev_notes.csv \\
    --labels diagnosis=trainD.tsv diagnosis=devD.tsv procedure=trainP.tsv procedure=devP.tsv \\
    --embed-notes background_notes.csv --group-prefix 3
  deno task prepare --notes all.csv --labels all.csv --id-column hadm_id --code-separator ';'

On several machines (as SLURM's jobs: scripts/slurm/prepare_part.sh and merge_parts.sh beside it):
  deno task prepare --mimic mimic-iii/ --ccs ccs2015/ --part 1/2 --out parts/1
  deno task prepare --mimic mimic-iii/ --ccs ccs2015/ --part 2/2 --out parts/2
  deno task prepare --merge parts/1 parts/2 --out data

Files that name no split are dealt out by patient. A corpus may lack a test split (or a dev split):
that split is then empty, and its manifest says so.`;

/** Declares the options. */
export function declarePrepareFlags(command: Command): Command {
  declareInputs(command);
  declareColumnFlags(command);
  declareRules(command);
  return command
    .option("--seed <number>", "seed of the split and of word2vec (default: 1)", integer)
    .option(
      "--threads <number>",
      "threads (default: all; 1 repeats word vectors to the bit)",
      integer,
    )
    .option(
      "--memory <size>",
      "memory for DuckDB, such as 800MB or 2GB (default: up to 1GB)",
      byteSize,
    )
    .option(
      "--allow-loss",
      "go on where more than a fifth of the documents, of the codes or of their titles is lost",
    )
    .option(
      "--restricted",
      "declare a corpus restricted, as MIMIC-III is by itself: what is made of it says so, and only " +
        "its owner may read it",
    )
    .option("--json", "print what was made, and what each stage took, as JSON")
    .addHelpText("after", EXAMPLES);
}

/** What is read: MIMIC-III, or a corpus of one's own. */
function declareInputs(command: Command): void {
  command
    .addOption(
      choiceOption("--source <kind>", "what to read (default: by the options given)", [
        "mimic3",
        "corpus",
      ]),
    )
    .option("--mimic <directory>", "MIMIC-III v1.4 CSVs, plain or gzipped")
    .option("--ccs <path>", "HCUP's single-level CCS 2015: folder or zip")
    .option("--skip-malformed", "leave malformed ICD-9 codes out, counted, instead of stopping")
    .option("--repair-zeros", "give ICD-9 codes back the leading zeros that a spreadsheet took")
    .option("--notes <file...>", "notes of a corpus; train=FILE, dev=FILE, test=FILE set the split")
    .option("--labels <file...>", "their codes; diagnosis=FILE, procedure=FILE set the kind")
    .option("--embed-notes <file...>", "further notes that only the word vectors read")
    .option(
      "--groups <file...>",
      "categories: code, group[, title]; diagnosis=FILE, procedure=FILE",
    )
    .option(
      "--group-prefix <length>",
      "instead: so many characters of the code (default: 3)",
      integer,
    )
    .option(
      "--titles <file...>",
      "words for the codes: code, title; diagnosis=FILE, procedure=FILE",
    );
}

/** What is made of it. */
function declareRules(command: Command): void {
  command
    .option("--out <directory>", "where full/ and top50/ are put, or the part (default: data)")
    .option("--force", "replace the datasets, or the part, that are there")
    .option(
      "--part <number/of>",
      "one of several parts, such as 1/4: the notes of a share of the patients, in --out",
      inputPart,
    )
    .option(
      "--merge <folder...>",
      "instead: join all parts into the datasets that one machine would have made of the input",
    )
    .addOption(
      choiceOption(
        "--split <method>",
        "patient: dealt out by a hash of the patient and the seed (default); caml: the split of CAML " +
          "and the paper, with the published 50 codes; edin-clean: Edin et al.'s, codes in at least " +
          "10 documents; published: the lists in --splits",
        ["patient", ...SHIPPED_SPLITS, "published"],
      ),
    )
    .option(
      "--splits <directory>",
      "lists of --split published: {train,dev,test}_{full,50}_hadm_ids.csv, TOP_50_CODES.csv",
    )
    .option(
      "--shares <train,dev,test>",
      "sizes that patients are dealt out to (default: 47723,1631,3372)",
      splitShares,
    )
    .option("--top <number>", "codes of the smaller label set (default: 50)", integer)
    .option(
      "--top-codes <file>",
      "which these are, a code a line (default: the published 50 with caml and published, else the " +
        "most frequent)",
    )
    .option(
      "--min-code-documents <number>",
      "documents that a code must be in to be a label (default: 1; 10 with edin-clean)",
      integer,
    )
    .addOption(
      choiceOption(
        "--ccs-labels <how>",
        "separate: diagnosis and procedure categories stay apart (default); paper: equal numbers merge",
        ["separate", "paper"],
      ),
    )
    .option(
      "--max-uncovered <share>",
      "coded pairs that may lack a category (default: 0.1)",
      probability,
    )
    .addOption(
      choiceOption("--embed-on <notes>", "whose notes word2vec reads (default: all)", [
        "all",
        "train",
      ]),
    )
    .option(
      "--min-documents <number>",
      "training documents a token must be in (default: 3)",
      integer,
    );
}
