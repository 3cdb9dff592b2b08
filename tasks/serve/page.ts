/**
 * The page to work with: a note in, codes with their words out, and what a person decides of them. Its
 * modules are asked for beside it, and ask the API.
 *
 * @module
 */
import { html as markup } from "hono/html"; // under a name whose templates are not laid out anew
import { formatPage } from "../pages/page.ts";
import noteStyle from "../report/note_page.css" with { type: "text" };
import noteScript from "../report/note_page.js" with { type: "text" };
import api from "./client/api.js" with { type: "text" };
import audit from "./client/audit.js" with { type: "text" };
import codeItems from "./client/code_items.js" with { type: "text" };
import codes from "./client/codes.js" with { type: "text" };
import decisions from "./client/decisions.js" with { type: "text" };
import elements from "./client/elements.js" with { type: "text" };
import main from "./client/main.js" with { type: "text" };
import notes from "./client/notes.js" with { type: "text" };
import search from "./client/search.js" with { type: "text" };
import style from "./serve.css" with { type: "text" };

/** The modules that run in the browser, by their paths in `tasks/`, by which they import each other. */
export const CLIENT_MODULES: { readonly [path: string]: string } = {
  "report/note_page.js": noteScript,
  "serve/client/api.js": api,
  "serve/client/audit.js": audit,
  "serve/client/code_items.js": codeItems,
  "serve/client/codes.js": codes,
  "serve/client/decisions.js": decisions,
  "serve/client/elements.js": elements,
  "serve/client/main.js": main,
  "serve/client/notes.js": notes,
  "serve/client/search.js": search,
};

/** The text of the page. It is the same for everyone: runs and notes come later, by the API. */
export function formatServePage(): Promise<string> {
  const body = markup`<details id="source" open><summary>The note</summary>
<form id="form">
<label for="text">Paste a note, notes as JSONL (<code>{"id": …, "text": …, "codes": […]}</code> a line, codes
if there are some), or a FHIR document</label>
<textarea id="text" rows="12" spellcheck="false" autocomplete="off" aria-describedby="ways"></textarea>
<p class="bar"><label>Codes that a person gave, to be audited (optional)
<input id="given" type="text" autocomplete="off" spellcheck="false" placeholder="428.0, 401.9"></label></p>
<p id="ways" class="quiet">Ctrl+Enter shows the codes. A file can be dropped anywhere on the page.</p>
<p class="bar"><button type="submit" class="main">Show the codes</button>
<label class="file">Open a file <input type="file" id="file" accept=".txt,.jsonl,.json,text/*"></label></p>
</form></details>
<div class="bar" id="choice">
<label>Run <select id="run"></select></label>
<span id="chooser" hidden><button type="button" id="before" aria-label="Note before">‹</button>
<label>Note <select id="notes"></select></label>
<button type="button" id="after" aria-label="Next note">›</button></span>
<label id="views" hidden>Show <select id="view"><option value="audit">what it doubts of the given codes</option>
<option value="codes">its own codes</option></select></label>
<span id="about" class="quiet"></span>
</div>
<p id="status" role="status"></p>
<p id="problem" role="alert" class="note" hidden></p>
<div id="result"></div>
<p class="quiet"><a href="api">The API</a> does the same for programs. Nothing of a note is kept here;
<span id="kept">decisions are this page's alone, and gone with it</span>.</p>`;
  return formatPage({
    title: "Code a note",
    body,
    styles: [noteStyle, style],
    served: ["serve/client/main.js"],
  });
}
