// Runs the suite against a server that asks for a token, which the suite does not send: a relay on
// a free port of this machine adds it and passes everything else on as it is.
// run.mjs SERVER_URL TOKEN_FILE EXPECTED_FAILURES OUTPUT_FOLDER
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const [serverUrl, tokenFile, expectedFailures, output] = process.argv.slice(2);
const server = new URL(serverUrl);
const token = readFileSync(tokenFile, "utf8").trim();

const relay = http.createServer((request, response) => {
  const onward = http.request(
    {
      hostname: server.hostname,
      port: server.port,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
      setHost: false,
    },
    (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      response.flushHeaders();
      answer.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
});

relay.listen(0, "localhost", () => {
  const folder = path.dirname(
    createRequire(path.resolve("package.json")).resolve(
      "@modelcontextprotocol/conformance/package.json",
    ),
  );
  const suite = spawn(
    process.execPath,
    [
      path.join(folder, "dist", "index.js"),
      "server",
      "--url",
      `http://localhost:${relay.address().port}/mcp`,
      "--expected-failures",
      expectedFailures,
      "-o",
      output,
    ],
    { stdio: "inherit" },
  );
  suite.on("exit", (code) => process.exit(code ?? 1));
});
