// Executes GraphQL for repopulse-sim --graphql: server.mjs [PORT], 0 picks a free port.
// POST / {"request": {query, variables}, "world": …} gives {"cost", "body"}; github.mjs says what they are.
import { createServer } from "node:http";

import { answer } from "./github.mjs";

const MOST_BYTES = 64 << 20;

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error("the request is too large");
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString());
}

const server = createServer(async (request, response) => {
  try {
    const { request: asked, world } = await read(request);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(await answer(asked, world)));
  } catch (error) {
    response.statusCode = 400;
    response.end(String(error));
  }
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.error(`listening on http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
