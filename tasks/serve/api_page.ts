/**
 * The page of the API: its document in words, fetched from nowhere else.
 *
 * @module
 */
import { html as markup } from "hono/html"; // under a name whose templates are not laid out anew
import { formatPage, type Html } from "../pages/page.ts";
import style from "./serve.css" with { type: "text" };
import type { ApiDocument, Operation, Parameter } from "./openapi.ts";

/** The text of the page. */
export function formatApiPage({ paths, info }: ApiDocument): Promise<string> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => formatOperation(path, method, operation))
  );
  const body = markup`<p>${info.description} <a href="./">The page</a> is made of these calls, and
<a href="openapi.json">openapi.json</a> is this document for programs (OpenAPI 3.1).</p>
<p>Put the address of this page, without <code>api</code>, in front of each path; or send the token that
the address holds as <code>Authorization: Bearer TOKEN</code>, and leave it out there. What is refused is
answered as <code>{"error": "one line"}</code>, never with a word of a note.</p>
${operations}`;
  return formatPage({ title: "The API", body, styles: [style] });
}

function formatOperation(
  path: string,
  method: string,
  { summary, parameters, requestBody, responses }: Operation,
): Html {
  const { 200: answer, ...refusals } = responses;
  return markup`<section><h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${summary}</p>
${parameters.length > 0 ? markup`<ul>${parameters.map(formatParameter)}</ul>` : ""}
${requestBody ? formatContent("It is sent", requestBody.content) : ""}
${formatContent("It is answered", answer!.content ?? {})}
<details><summary>Refusals</summary><ul>${
    Object.entries(refusals).map(([status, { description }]) =>
      markup`<li><strong>${status}</strong> ${description}</li>`
    )
  }</ul></details></section>`;
}

function formatParameter({ name, required, description }: Parameter): Html {
  return markup`<li><code>?${name}=</code>${required ? "" : " (optional)"} ${
    description ?? ""
  }</li>`;
}

function formatContent(
  what: string,
  content: { readonly [type: string]: { readonly schema: object } },
): Html[] {
  return Object.entries(content).map(([type, { schema }]) =>
    markup`<details><summary>${what}: <code>${type}</code></summary><pre tabindex="0">${
      JSON.stringify(schema, null, 2)
    }</pre></details>`
  );
}
