/**
 * Pages in one file each, for people's own disks: nothing is fetched, nothing is sent. A policy in the
 * page forbids the browser everything but the style and the scripts that the page itself brings; one that
 * is served asks its own server, and nobody else.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { stripControls } from "../../pipeline/errors.ts";
import { darkPalette, palette } from "../charts/palette.ts";
import pageStyle from "./page.css" with { type: "text" };

/** Markup: what a template put into it was escaped. */
export type Html = ReturnType<typeof html>;

/** A page's parts. */
export interface PageParts {
  /** As text; the browser's title too. */
  readonly title: string;
  /** What stands below the title. */
  readonly body: Html;
  /** CSS beside that of every page. */
  readonly styles?: readonly string[] | undefined;
  /** JavaScript modules, run when the page is there. */
  readonly scripts?: readonly string[] | undefined;
  /**
   * Addresses of further modules, on the server that the page comes from: the page may then ask this
   * server for more, and no other. A page on a disk has none.
   */
  readonly served?: readonly string[] | undefined;
}

/**
 * The text of a page. It is in light or dark colours as its reader prefers; the colours are CSS variables,
 * named as the palette's roles are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { html } from "hono/html";
 *
 * const page = await formatPage({ title: "a < b", body: html`<p>${"<script>"}</p>` });
 * assert.match(page, /<title>a &lt; b<\/title>/);
 * assert.match(page, /<p>&lt;script&gt;<\/p>/);
 * ```
 */
export async function formatPage(
  { title, body, styles = [], scripts = [], served = [] }: PageParts,
): Promise<string> {
  const style = [colours, pageStyle, ...styles].join("\n");
  const server = served.length > 0 ? ["'self'"] : [];
  const sources = [...server, ...scripts.map(hashOf)];
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${sources.length > 0 ? sources.join(" ") : "'none'"}`,
    ...server.map((source) => `connect-src ${source}`),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = await html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>${title}</title>
        <style>${raw(style)}</style>
      </head>
      <body>
    <main>
    <h1>${title}</h1>
    ${body}
    </main>
    ${scripts.map((script) => html`<script type="module">${raw(script)}</script>`)}
    ${served.map((address) => html`<script type="module" src="${address}"></script>`)}
      </body>
    </html>
  `;
  return stripControls(String(page));
}

/** The colours of every page. */
const colours = [
  rule({ ...palette, ground: "#FFFFFF", tint: "#F5F5F5", "grey-text": "#5C5C5C" }),
  "@media (prefers-color-scheme: dark) {",
  rule({ ...darkPalette, ground: "#161616", tint: "#222222", "grey-text": "#A8A8A8" }),
  "}",
].join("\n");

function rule(values: { readonly [name: string]: string }): string {
  const declared = Object.entries(values).map(([name, value]) => `--${name}: ${value};`);
  return `:root { ${declared.join(" ")} }`;
}

/** What a policy calls an inline style or script. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
