import assert from "node:assert/strict";
import { parseFhirNotes } from "../../../model/fhir/documents.ts";

const base64 = (...bytes: number[]) => Uint8Array.from(bytes).toBase64();
const ofText = (text: string) => new TextEncoder().encode(text).toBase64();

/** A DocumentReference with these attachments, as JSON. */
function document(...attachments: object[]): { readonly [key: string]: unknown } {
  return {
    resourceType: "DocumentReference",
    id: "17",
    status: "current",
    subject: { reference: "Patient/3" },
    content: attachments.map((attachment) => ({ attachment })),
  };
}

const parse = (resource: unknown) => parseFhirNotes(JSON.stringify(resource), "a.json");

Deno.test("a DocumentReference is a note, which its codes will refer to", () => {
  const plain = { contentType: "text/plain", data: ofText("Chest pain.\n") };
  assert.deepEqual(parse(document(plain)), [{
    id: "17",
    text: "Chest pain.\n",
    reference: "DocumentReference/17",
    subject: { reference: "Patient/3" },
  }]);
});

for (
  const [what, attachment, text] of [
    ["UTF-8 by default", { contentType: "text/plain", data: ofText("fièvre") }, "fièvre"],
    ["the charset that is named", {
      contentType: "text/plain; charset=ISO-8859-1",
      data: base64(0x66, 0xe8),
    }, "fè"],
    [
      "a quoted charset",
      { contentType: 'TEXT/PLAIN;charset="windows-1252"', data: base64(0x80) },
      "€",
    ],
    ["no content type", { data: ofText("pain") }, "pain"],
    [
      "the charset of two bytes a letter",
      {
        contentType: "text/plain;charset=UTF-16LE",
        data: base64(0x70, 0, 0x61, 0, 0x69, 0, 0x6e, 0),
      },
      "pain",
    ],
    ["base64 in lines", { data: "cGFp\nbg==" }, "pain"],
  ] as const
) {
  Deno.test(`text is read with ${what}`, () => {
    assert.equal(parse(document(attachment))[0]!.text, text);
  });
}

Deno.test("a text that is attached twice is read once", () => {
  const [utf8, latin] = [{ data: ofText("fièvre") }, {
    contentType: "text/plain; charset=latin1",
    data: base64(0x66, 0x69, 0xe8, 0x76, 0x72, 0x65),
  }];
  assert.equal(parse(document(utf8, latin))[0]!.text, "fièvre");
});

Deno.test("of several contents the plain text is read", () => {
  const html = { contentType: "text/html", data: ofText("<p>pain</p>") };
  assert.equal(
    parse(document(html, { contentType: "text/plain", data: ofText("pain") }))[0]!.text,
    "pain",
  );
});

Deno.test("a Bundle's documents are notes by their full URLs, and other resources are passed over", () => {
  const resource = document({ data: ofText("pain") });
  const entry = [
    { resource: { resourceType: "Patient", id: "3" } },
    { fullUrl: "urn:uuid:1", resource },
    { resource: { ...resource, id: "18" } },
  ];
  const notes = parse({ resourceType: "Bundle", type: "collection", entry });
  assert.deepEqual(notes.map(({ reference }) => reference), ["urn:uuid:1", "DocumentReference/18"]);
});

Deno.test("the documents of Bundles in a Bundle are notes, too, and what is wrong with one is told by its place", () => {
  const bundle = (...resources: object[]) => {
    return { resourceType: "Bundle", entry: resources.map((resource) => ({ resource })) };
  };
  const [one, other] = ["1", "2"].map((id) => ({ ...document({ data: ofText(id) }), id }));
  assert.deepEqual(parse(bundle(bundle(one!), other!)).map(({ text }) => text), ["1", "2"]);
  assert.throws(
    () => parse(bundle(one!, bundle(document()))),
    /a\.json, entry 2, entry 1: it has no/,
  );
});

for (
  const [what, resource, message] of [
    ["no attachment", document(), /it has no text\/plain attached \(nothing\)/],
    [
      "a link instead of data",
      document({ contentType: "text/plain", url: "Binary/1" }),
      /\(no data\)/,
    ],
    [
      "another type",
      document({ contentType: "application/pdf", data: "JVBE" }),
      /\(application\/pdf\)/,
    ],
    ["data that is no base64", document({ data: "%%%" }), /its attached data is no base64/],
    ["bytes of another charset", document({ data: base64(0xe8) }), /its text is not in utf-8/],
    [
      "a charset that nobody knows",
      document({ contentType: "text/plain;charset=klingon", data: "cGFpbg==" }),
      /not in klingon/,
    ],
    ["a PDF that is said to be text", document({ data: ofText("%PDF-1.7") }), /data is a PDF/],
    [
      "bytes that are none of a text",
      document({ data: base64(...new Uint8Array(64)) }),
      /is binary/,
    ],
    [
      "a text for its id",
      { ...document({ data: ofText("pain") }), id: "chest pain since Monday, worse at night" },
      /its id is a text of 39 characters/,
    ],
    [
      "two texts that differ",
      document({ data: ofText("pain") }, { data: ofText("fever") }),
      /it has 2 texts attached, which differ/,
    ],
    [
      "what was entered in error",
      { ...document({ data: ofText("pain") }), status: "entered-in-error" },
      /its status is entered-in-error: it is not to be used/,
    ],
    ["another resource", { resourceType: "Patient" }, /resourceType is not what R4 has there/],
    [
      "a Bundle without documents",
      { resourceType: "Bundle", type: "collection" },
      /the Bundle holds no DocumentReference/,
    ],
    ["no object", [1], /the whole is not what R4 has there|resourceType/],
  ] as const
) {
  Deno.test(`${what} is refused in one line without a word of the text`, () => {
    assert.throws(() => parse(resource), (error: Error) => {
      assert.equal(error.name, "DataError");
      assert.match(error.message, message);
      assert.match(
        error.message,
        /^reading a\.json: [^\n]*expected a FHIR R4 DocumentReference[^\n]*$/,
      );
      return true;
    });
  });
}

Deno.test("a Bundle's error names the entry", () => {
  const entry = [{ resource: document({ data: ofText("pain") }) }, { resource: document() }];
  const bundle = { resourceType: "Bundle", type: "collection", entry };
  assert.throws(() => parse(bundle), /^DataError: reading a\.json, entry 2: it has no text/);
});

Deno.test("text that is no JSON is refused", () => {
  assert.throws(() => parseFhirNotes("{", "a.json"), /it is no JSON object/);
});
