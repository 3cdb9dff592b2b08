import assert from "node:assert/strict";
import { Fhir } from "fhir";
import { describeConditions, ICD9_SYSTEM } from "../../../model/fhir/conditions.ts";
import type { PredictedCode, Prediction } from "../../../model/run/predict.ts";

const word = {
  word: "pain",
  start: 6,
  end: 10,
  codePointStart: 5,
  codePointEnd: 9,
  weight: 0.25,
};

function code(name: string, more: Partial<PredictedCode> = {}): PredictedCode {
  return {
    code: name,
    title: "A title",
    probability: 0.75,
    assigned: true,
    words: [word],
    ...more,
  };
}

function predictionOf(...codes: PredictedCode[]): Prediction {
  return { id: "17", tokens: 9, read: 9, known: 9, threshold: 0.5, codes };
}

const note = { reference: "DocumentReference/17", subject: { reference: "Patient/3" } };
const options = {
  system: ICD9_SYSTEM,
  kindOf: (code: string) => code.startsWith("P") ? "procedure" as const : "diagnosis" as const,
};

interface Bundle {
  readonly entry: { readonly resource: { readonly [key: string]: unknown } }[];
}

/**
 * What an independent validator of R4 says of a resource. It takes the value set of `Condition.code`, by
 * R4 an example, for the only codes that there are, and does not have that of labels.
 */
function faultsOf(resource: object): string[] {
  const { messages } = new Fhir().validate(resource, { errorOnUnexpected: true });
  return messages.filter(({ location, message }) =>
    location !== "Condition.code" &&
    !(location?.endsWith(".meta.security[0]") && message?.endsWith("could not be found."))
  ).map(({ location, message }) => `${location}: ${message}`);
}

for (
  const [what, bundle] of [
    [
      "codes with words",
      describeConditions(predictionOf(code("428.0"), code("401.9")), note, options),
    ],
    [
      "codes without words",
      describeConditions(
        predictionOf(code("428.0", { words: undefined, title: "" })),
        note,
        options,
      ),
    ],
    [
      "a note without reference, subject and system",
      describeConditions(predictionOf(code("I10")), { reference: undefined, subject: undefined }, {
        ...options,
        system: undefined,
      }),
    ],
    [
      "a restricted model",
      describeConditions(predictionOf(code("428.0")), note, { ...options, restricted: true }),
    ],
    ["no codes", describeConditions(predictionOf(), note, options)],
  ] as const
) {
  Deno.test(`Conditions of ${what} are valid R4`, () => {
    assert.deepEqual(faultsOf(JSON.parse(JSON.stringify(bundle))), []);
  });
}

Deno.test("fault 52: resources of a restricted model are labelled so", () => {
  const securityOf = (restricted: boolean) => {
    const prediction = predictionOf(code("428.0"));
    const bundle = describeConditions(prediction, note, { ...options, restricted });
    const { meta, entry: [first] } = bundle as Bundle & { meta?: unknown };
    return [meta, first!.resource.meta];
  };
  const label = {
    system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    code: "R",
    display: "restricted",
  };
  assert.deepEqual(securityOf(true), [{ security: [label] }, { security: [label] }]);
  assert.deepEqual(securityOf(false), [undefined, undefined]);
});

Deno.test("the validator finds what is wrong with a Condition", () => {
  const { entry: [first] } = describeConditions(
    predictionOf(code("428.0")),
    note,
    options,
  ) as Bundle;
  const { subject: _subject, ...rest } = first!.resource;
  assert.deepEqual(faultsOf(JSON.parse(JSON.stringify(rest))), [
    "Condition.subject: Missing property",
  ]);
});

Deno.test("a Condition says its code, how probable it is, and where its words stand", () => {
  const { entry } = describeConditions(predictionOf(code("428.0")), note, options) as Bundle;
  const { code: { coding }, extension, evidence } = entry[0]!.resource as {
    code: { coding: unknown };
    extension: unknown;
    evidence: unknown;
  };
  assert.deepEqual(coding, [{ system: ICD9_SYSTEM, code: "428.0", display: "A title" }]);
  assert.deepEqual(extension, [{ url: "urn:marn:probability", valueDecimal: 0.75 }]);
  assert.deepEqual(evidence, [{
    extension: [{
      url: "urn:marn:word",
      extension: [
        { url: "start", valueUnsignedInt: 5 },
        { url: "end", valueUnsignedInt: 9 },
        { url: "share", valueDecimal: 0.25 },
      ],
    }],
    detail: [{ reference: "DocumentReference/17" }],
  }]);
});

Deno.test("procedures and codes below the threshold are no Conditions", () => {
  const codes = [code("428.0"), code("P1"), code("401.9", { assigned: false })];
  const { entry } = describeConditions(predictionOf(...codes), note, options) as Bundle;
  assert.equal(entry.length, 1);
});
