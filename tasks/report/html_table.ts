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

/** A table with its title as caption, and heads where columns have names; on a narrow screen it scrolls by itself. */
export function formatHtmlTable(
  { title, columns, rows }: Table,
  { sortable = false, words = [] }: HtmlTableOptions = {},
): Html {
  const kindOf = (column: number) => words.includes(column) ? "text" : "number";
  const heads = columns.map((name, at) => html`<th scope="col" class="${kindOf(at)}">${name}</th>`);
  const isNamed = columns.some((name) => name !== "");
  const cellsOf = (cells: readonly string[]) =>
    cells.map((cell, at) => html`<td class="${kindOf(at + 1)}">${cell}</td>`);
  const body = rows.map(([name, ...cells]) =>
    html`<tr><th scope="row">${name}</th>${cellsOf(cells)}</tr>`
  );
  return html`
    <div class="wide" tabindex="0">
      <table class="${sortable ? "sortable" : isNamed ? "plain" : "facts"}">
        <caption>${title}</caption>
        ${isNamed
          ? html`
            <thead>
              <tr>${heads}</tr>
            </thead>
          `
          : ""}
        <tbody>${body}</tbody>
      </table>
    </div>
  `;
}
