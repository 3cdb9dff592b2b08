/**
 * A note's codes as FHIR R4 Conditions that somebody is to confirm, with the words behind each.
 *
 * @module
 */
import type { CodeKind, Task } from "../../pipeline/schema.ts";
import type { PredictedCode, Prediction } from "../run/predict.ts";
import type { Run } from "../run/run.ts";
import type { FhirNote } from "./documents.ts";

/** Where ICD-9-CM's codes are defined. */
export const ICD9_SYSTEM = "http://hl7.org/fhir/sid/icd-9-cm";

/** Names of what R4 has no element for. */
const EXTENSIONS = { probability: "urn:marn:probability", word: "urn:marn:word" } as const;

const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";

/** What a bundle of suggestions is made from. */
export interface ConditionOptions {
  /** Where the codes are defined; undefined where that is not known. */
  readonly system: string | undefined;
  /** What kind a code is: procedures are no conditions. */
  readonly kindOf: (code: string) => CodeKind;
  /** Whether the model was made from restricted data: each resource is then labelled so. */
  readonly restricted?: boolean | undefined;
}

/** Suggestions, as a Bundle of FHIR. */
export interface ConditionBundle {
  readonly resourceType: "Bundle";
  /** Undefined where the model is free. */
  readonly meta: object | undefined;
  readonly type: "collection";
  /** Each is a Condition resource. */
  readonly entry: { readonly resource: { readonly [element: string]: unknown } }[];
}

/**
 * What a run's suggestions are made from.
 *
 * @param system where its codes are defined; ICD-9-CM by default where it is MIMIC-III's codes.
 */
export function conditionOptions(
  { labels, dataset: { source, restricted } }: Pick<Run, "labels" | "dataset">,
  task: Task,
  system?: string,
): ConditionOptions {
  const kinds = new Map(labels[task].map(({ code, kind }) => [code, kind]));
  const isIcd9 = source === "mimic3" && task === "icd";
  return {
    system: system ?? (isIcd9 ? ICD9_SYSTEM : undefined),
    kindOf: (code) => kinds.get(code) ?? "code",
    restricted,
  };
}

/** FHIR's label of what may not be passed on freely. */
const RESTRICTED = {
  security: [{ system: `${TERMINOLOGY}/v3-Confidentiality`, code: "R", display: "restricted" }],
};

/** A Bundle with a Condition for each assigned code that is no procedure. */
export function describeConditions(
  prediction: Prediction,
  note: Pick<FhirNote, "reference" | "subject">,
  { system, kindOf, restricted }: ConditionOptions,
): ConditionBundle {
  const meta = restricted ? RESTRICTED : undefined;
  const codes = prediction.codes
    .filter(({ code, assigned }) => assigned && kindOf(code) !== "procedure");
  return {
    resourceType: "Bundle",
    meta,
    type: "collection",
    entry: codes.map((code) => ({ resource: { ...describeCondition(code, note, system), meta } })),
  };
}

function describeCondition(
  { code, title, probability, words = [] }: PredictedCode,
  { reference, subject }: Pick<FhirNote, "reference" | "subject">,
  system: string | undefined,
): { readonly [element: string]: unknown } {
  const detail = reference === undefined ? undefined : [{ reference }];
  const located = words.map(({ codePointStart, codePointEnd, weight }) => ({
    url: EXTENSIONS.word,
    extension: [
      { url: "start", valueUnsignedInt: codePointStart },
      { url: "end", valueUnsignedInt: codePointEnd },
      { url: "share", valueDecimal: weight },
    ],
  }));
  const evidence = { extension: located.length > 0 ? located : undefined, detail };
  return {
    resourceType: "Condition",
    extension: [{ url: EXTENSIONS.probability, valueDecimal: probability }],
    verificationStatus: {
      coding: [{ system: `${TERMINOLOGY}/condition-ver-status`, code: "unconfirmed" }],
    },
    category: [
      { coding: [{ system: `${TERMINOLOGY}/condition-category`, code: "encounter-diagnosis" }] },
    ],
    code: { coding: [{ system, code, display: title || undefined }] },
    subject: subject ?? { display: "not named by the document" },
    evidence: detail || located.length > 0 ? [evidence] : undefined,
  };
}
