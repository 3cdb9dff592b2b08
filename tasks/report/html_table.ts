/**
 * Tables as parts of a page.
 *
 * @module
 */
import { html } from "hono/html";
import type { Html } from "../pages/page.ts";
import type { Table } from "./table.ts";

/** How a table is shown. */
export interface HtmlTableOptions {
  /** Whether the reader may sort it, where the page has `sort_tables.js`. */
  readonly sortable?: boolean | undefined;
  /** Indices of columns that hold words; numbers stand to the right. The first holds words. */
  readonly words?: readonly number[] | undefined;
}

/** A table with its title as caption; on a narrow screen it scrolls by itself. */
export function formatHtmlTable(
  { title, columns, rows }: Table,
  { sortable = false, words = [] }: HtmlTableOptions = {},
): Html {
  const head = columns.map((name, at) =>
    html`
      <th scope="col" ${words.includes(at)
        ? html`
          class="text"
        `
        : ""}>${name}</th>
    `
  );
  const body = rows.map(([name, ...cells]) =>
    html`
      <tr><th scope="row">${name}</th>${cells.map((cell, at) =>
        html`<td${
          words.includes(at + 1)
            ? html`
              class="text"
            `
            : ""
        }>${cell}</td>`
      )}</tr>
    `
  );
  return html`
    <div class="wide" tabindex="0">
      <table${sortable
        ? html`
          class="sortable"
        `
        : ""}>
        <caption>${title}</caption>
        <thead>
          <tr>${head}</tr>
        </thead>
        <tbody>
    ${body}</tbody>
        </table>
        </div>
  `;
}
