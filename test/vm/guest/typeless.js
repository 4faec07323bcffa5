/*
 * Preloaded into every node of a guest: takes the .ts files for the JavaScript that `projectFiles` has made of them.
 * Node takes the types out with a WebAssembly program, and 24.21 crashed in that once in 54 starts on two emulated
 * CPUs, with a failed check below Runtime_WasmTriggerTierUp. Others saw such crashes by SIGSEGV (nodejs/node#64500).
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

registerHooks({
  load: (url, context, next) =>
    url.startsWith("file:") && url.endsWith(".ts")
      ? { format: "module", source: readFileSync(new URL(url)), shortCircuit: true }
      : next(url, context),
});
