// `node api.ts PORT`: an API server whose pods come and go, until it is killed. One that was started again has
// forgotten its history, and answers the first watch with 410, as a real one does.
import { event, list, startApiServer, status, stream } from "../identity/kubernetes/api-server.ts";
import { namespace } from "../identity/kubernetes/objects.ts";
import { namespaceOf, newestPod, POD_EVERY_MS, PODS, podObject } from "./pods.ts";

const server = await startApiServer({ after: () => {} }, Number(process.argv[2]));
let newest = newestPod();

server.answer("pods", "list", (response) =>
  list(
    Array.from({ length: PODS }, (_, index) => podObject(newest - index)),
    `${newest}`,
  )(response),
);
server.answer("namespaces", "list", (response) => list([namespaceObject(newest)], `${newest}`)(response));
for (const resource of ["pods", "namespaces"] as const)
  server.answer(resource, "watch", status(410, "too old"), stream());

setInterval(() => {
  for (const last = newestPod(); newest < last; ) {
    newest++;
    send("pods", event("ADDED", podObject(newest)), event("DELETED", podObject(newest - PODS)));
    if (namespaceOf(newest) === namespaceOf(newest - 1)) continue;
    send(
      "namespaces",
      event("ADDED", namespaceObject(newest)),
      event("DELETED", namespaceObject(newest - PODS)),
    );
  }
}, POD_EVERY_MS / 4);

/** The first watch has got its 410. */
function send(resource: "pods" | "namespaces", ...events: readonly unknown[]): void {
  if (server.count(resource, "watch") > 1) server.send(resource, ...events);
}

function namespaceObject(number: number) {
  return namespace(namespaceOf(number), { labels: { team: namespaceOf(number) } });
}
