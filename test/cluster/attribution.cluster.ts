import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertWhose } from "./assert-whose.ts";
import { containerIds, create, get, kubectl, remove, waitFor } from "./kubectl.ts";
import { endsOf, madeBy, madeByAll, madeByExec, type PlacedMade } from "./made.ts";
import { NetlogLog, type Whose, whose } from "./netlog-log.ts";
import { job, pod, service } from "./objects.ts";
import { installNetlog, netlogPod } from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";

const skip = await lackingCluster();

describe("A line says whose it is", { skip }, () => {
  let scene: Scene;
  let log: NetlogLog;
  let frontIp: string;

  before(async () => {
    await installNetlog();
    log = new NetlogLog(await netlogPod());
    scene = await Scene.open("shop", { team: "payments", "example.com/tier": "gold-1" });
    await create(service(scene.namespace, "front", "server", 8080));
    frontIp = (await get("service", "front", scene.namespace)).spec.clusterIP as string;
  });
  after(async () => {
    log?.[Symbol.dispose]();
    await scene?.close();
  });

  const assertOurs = (made: readonly PlacedMade[], more: Whose = {}) =>
    assertWhose(log, made, { ...scene.labels, ...more });
  /**
   * Of a container among several: its lines since the API told its id carry its name; those before, if not yet the
   * name, that id.
   */
  async function assertNamedOnceKnown(name: string, container: string): Promise<string> {
    const id = (await containerIds(name, scene.namespace))[container];
    const knownMs = await scene.node.nowMs();
    await scene.node.run("sleep 5");
    const made = await madeBy(scene.place(name, container));
    const since = made.filter(({ atMs }) => atMs >= knownMs);
    await assertOurs(since);
    const first = await log.linesOf(made.filter(({ atMs }) => atMs < knownMs));
    let unnamed = 0;
    for (const { line } of first) {
      const { container: said, container_id: saidId, ...rest } = whose(line);
      assert.deepEqual(rest, { namespace: scene.namespace, pod: name, ...scene.labels });
      assert.deepEqual([said, saidId], said === undefined ? [undefined, id] : [container, undefined]);
      if (said === undefined) unnamed++;
    }
    return `${container}: by id ${unnamed} of ${first.length} lines before the API knew it, 0 of ${since.length} since`;
  }

  test("in a pod with one container, however short its life", async () => {
    await scene.run("ended", "one", { main: ["connect", ...scene.server, "bind", 7001] });
    const made = await madeBy(scene.place("one", "main"));
    assert.deepEqual(
      made.map(({ event }) => event),
      ["tcp.connect", "tcp.close", "udp.bind"],
    );
    await assertOurs([...made, ...endsOf(made)]);
  });

  test("in a pod with several containers", async (t) => {
    const repeat = ["repeat", ...scene.server];
    await scene.run("running", "several", { a: repeat, b: repeat, c: repeat });
    for (const container of ["a", "b", "c"]) t.diagnostic(await assertNamedOnceKnown("several", container));
    await remove("pod/several", scene.namespace);
  });

  test("in an init container", async (t) => {
    const [first, main] = [
      ["repeat", ...scene.server],
      ["exit", 0],
    ];
    await create(pod(scene.image, scene.namespace, "begins", { main }, { init: { first } }));
    const running = "jsonpath={.status.initContainerStatuses[0].state.running}";
    await waitFor(running, "pod/begins", scene.namespace);
    t.diagnostic(await assertNamedOnceKnown("begins", "first"));
    await remove("pod/begins", scene.namespace);
  });

  test("in a pod in the node's network", async () => {
    await scene.run("ended", "host-net", { main: ["connect", ...scene.server] }, { hostNetwork: true });
    const made = await madeBy(scene.place("host-net", "main"));
    const { podIP, hostIP } = (await get("pod", "host-net", scene.namespace)).status;
    assert.equal(podIP, hostIP);
    await assertOurs(made);
  });

  test("by kubectl exec", async () => {
    await scene.run("running", "idle", { main: ["sleep", 100_000] });
    await assertOurs(await madeByExec(scene.place("idle", "main"), ["connect", ...scene.server]));
  });

  test("by kubectl debug, in an ephemeral container", async (t) => {
    const options = [
      "--namespace",
      scene.namespace,
      "--image",
      scene.image,
      "--container=debugger",
      "--quiet",
    ];
    await kubectl(["debug", "idle", ...options, "--", "/dial", "repeat", ...scene.server.map(String)]);
    const running = "jsonpath={.status.ephemeralContainerStatuses[0].state.running}";
    await waitFor(running, "pod/idle", scene.namespace);
    t.diagnostic(await assertNamedOnceKnown("idle", "debugger"));
    await remove("pod/idle", scene.namespace);
  });

  test("through a Service: the client's line has the service's address, the server's line the client's", async () => {
    await scene.run("ended", "client", { main: ["connect", frontIp, 80] });
    const made = await madeBy(scene.place("client", "main"));
    assert.deepEqual(
      made.map(({ peer }) => peer),
      [`${frontIp}:80`, `${frontIp}:80`],
    );
    await assertOurs(made);
    const accepted = (await madeBy(scene.place("server"))).filter(({ peer }) => peer === made[0]?.local);
    assert.equal(accepted[0]?.event, "tcp.accept");
    await assertOurs(accepted);
  });

  test("in a pod that is deleted with open connections: their ends too", async () => {
    const open = ["open", ...scene.server];
    await scene.run("running", "gone", { main: [...open, ...open, "sleep", 100_000] });
    const made = await madeBy(scene.place("gone", "main"));
    assert.equal(made.length, 2);
    await remove("pod/gone", scene.namespace);
    const ends = endsOf(made);
    assert.equal(ends.length, 2);
    await assertOurs([...made, ...ends]);
  });

  test("in a container that crashed and in its successor", async () => {
    const words = ["connect", ...scene.server, "exit", 1];
    await create(pod(scene.image, scene.namespace, "crash", { main: words }, { restartPolicy: "Always" }));
    await waitFor("jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/crash", scene.namespace);
    await waitFor(
      "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}=1",
      "pod/crash",
      scene.namespace,
    );
    const place = scene.place("crash", "main");
    const [first, second] = [await madeBy(place, "previous"), await madeBy(place)];
    assert.deepEqual([first.length, second.length], [2, 2]);
    await assertOurs([...first, ...second]);
    await remove("pod/crash", scene.namespace);
  });

  test("in a pod that came again under its name: the labels of each", async () => {
    for (const version of ["1", "2"]) {
      const labels = { version, unasked: "for" };
      await scene.run("ended", "again", { main: ["connect", ...scene.server] }, { labels });
      await assertOurs(await madeBy(scene.place("again", "main")), { "pod.version": version });
      await remove("pod/again", scene.namespace);
    }
  });

  test("in each of a job's twenty pods, which connect once and end", async () => {
    await create(job(scene.image, scene.namespace, "batch", 20, ["connect", ...scene.server]));
    await waitFor("condition=Complete", "job/batch", scene.namespace, 1800);
    const made = await madeByAll("job-name=batch", scene.namespace);
    assert.equal(new Set(made.map(({ pod }) => pod)).size, 20);
    assert.equal(made.length, 40);
    await assertOurs(made);
  });

  test("in the server, of all that the others did", async () => {
    const made = await madeBy(scene.place("server"));
    assert.ok(made.filter(({ event }) => event === "tcp.accept").length >= 30);
    await assertOurs(made);
  });
});
