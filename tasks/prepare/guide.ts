/**
 * What is said to whoever starts `prepare` without data: where to get some.
 *
 * @module
 */
import type { PrepareFlags } from "./flags.ts";

/** Whether a command line names nothing to read. */
export function namesNoData(
  { source, mimic, ccs, notes, labels, merge }: Pick<
    PrepareFlags,
    "source" | "mimic" | "ccs" | "notes" | "labels" | "merge"
  >,
): boolean {
  return [source, mimic, ccs, notes, labels, merge].every((value) => value === undefined);
}

/** Three ways to data, each with its commands. */
export const PREPARE_GUIDE =
  `prepare makes datasets of MIMIC-III or of a corpus of your own: say which. There are three ways.

1. MIMIC-III v1.4. Its notes are free of charge, for people with credentials.
   - Become a credentialed user of PhysioNet, take the course on research with people's data, and sign
     the data use agreement: https://physionet.org/content/mimiciii/1.4/ says how. It takes some days.
   - Fetch NOTEEVENTS, DIAGNOSES_ICD, PROCEDURES_ICD, D_ICD_DIAGNOSES and D_ICD_PROCEDURES (.csv.gz)
     into one folder.
   - Fetch HCUP's Single-Level CCS for ICD-9-CM, 2015: Single_Level_CCS_2015.zip, from
     https://hcup-us.ahrq.gov/toolssoftware/ccs/ccs.jsp.
   deno task prepare --mimic mimic-iii/ --ccs Single_Level_CCS_2015.zip --split caml --ccs-labels paper

2. A corpus of your own: a table of notes and one of their codes.
   deno task prepare --source corpus --notes notes.csv --labels codes.csv

3. Neither: a made-up cohort in MIMIC-III's layout, in seconds.
   deno task fixture --out mimic-made-up --admissions 1200
   deno task prepare --mimic mimic-made-up --ccs mimic-made-up

deno task prepare --help lists every option.`;
