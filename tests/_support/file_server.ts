/** Files over HTTP, for a browser on this machine. */
import { extname } from "node:path";

/** A server; it ends when it is disposed. */
export interface FileServer extends AsyncDisposable {
  /** Of the folder that is served, with a slash at its end. */
  readonly address: string;
}

const TYPES: { readonly [extension: string]: string } = {
  ".html": "text/html",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves files by their names, each from its path, at a free port of this machine alone. */
export function serveFiles(pathOf: (name: string) => string | undefined): FileServer {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, async ({ url }) => {
    const name = new URL(url).pathname.slice(1);
    const path = pathOf(name);
    const bytes = path && await Deno.readFile(path).catch(() => undefined);
    if (!bytes) return new Response(null, { status: 404 });
    const type = TYPES[extname(name)] ?? "text/plain";
    return new Response(bytes, { headers: { "content-type": type } });
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
