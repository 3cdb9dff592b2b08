import assert from "node:assert/strict";
import { RunShelf } from "../../../tasks/serve/shelf.ts";
import { describeApi } from "../../../tasks/serve/openapi.ts";
import { apiRoutes } from "../../../tasks/serve/routes.ts";
import { CodingService } from "../../../tasks/serve/service.ts";

const routes = apiRoutes(new CodingService({ shelf: Object.create(RunShelf.prototype) }));
const document = describeApi(routes);

Deno.test("every route is described by its path and method, with a sentence", () => {
  const described = Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  assert.deepEqual(described.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort());
  for (const { summary } of routes) assert.match(summary, /^[A-Z].*\.$/);
});

Deno.test("a request's body is described by what it is held against", () => {
  const { requestBody, responses } = document.paths["/api/predict"]!.post!;
  // deno-lint-ignore no-explicit-any -- a schema of JSON
  const schema = requestBody!.content["application/json"]!.schema as any;
  assert.deepEqual(schema.required, ["notes"]);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.properties.top, {
    type: "integer",
    minimum: 0,
    maximum: 1000,
    description: "codes that are listed, beside all assigned ones",
    default: 10,
  });
  assert.deepEqual(schema.properties.notes.items.required, ["text"]);
  assert.ok(responses[503], "it waits in the queue");
  assert.equal(document.paths["/api/search"]!.get!.responses[503], undefined);
});

Deno.test("a query's parameters are described one by one", () => {
  const { parameters } = document.paths["/api/search"]!.get!;
  assert.deepEqual(parameters.map(({ name, required }) => [name, required]), [
    ["run", false],
    ["task", false],
    ["q", true],
  ]);
});

Deno.test("the document is JSON without what a program could not follow", () => {
  const text = JSON.stringify(document);
  assert.doesNotMatch(text, /\$ref|\$schema/);
  assert.deepEqual(JSON.parse(text).servers, [{ url: "." }]);
});
