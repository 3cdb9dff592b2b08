// Asks the server that the page comes from. Its address holds the token, so that relative ones do, too.

/** What the server answers; throws an error with its line where it refuses. */
async function ask(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer; is deno task serve still running?");
  });
  const answer = await response.json().catch(() => ({ error: `status ${response.status}` }));
  if (response.ok) return answer;
  const seconds = response.headers.get("Retry-After");
  throw new Error(seconds ? `${answer.error} (in about ${seconds} s)` : answer.error);
}

/** A path with parameters; those without a value are left out. */
function withQuery(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `${path}?${new URLSearchParams(given)}`;
}

/** Asks for what stands at a path, with parameters. */
export function get(path, parameters = {}, options = {}) {
  return ask(withQuery(path, parameters), options);
}

/** Sends a value as JSON, and gets the answer. */
export function post(path, body, options = {}) {
  return ask(path, { method: "POST", body: JSON.stringify(body), ...options });
}

/** Sends a text as it is, and gets the answer. */
export function postText(path, text, parameters = {}) {
  return ask(withQuery(path, parameters), { method: "POST", body: text });
}
