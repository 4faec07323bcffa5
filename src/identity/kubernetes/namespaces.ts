import type { Namespace } from "./namespace-object.ts";
import type { Identity, Store } from "./reflector.ts";
import { Remembered, type RememberedOptions } from "./remembered.ts";

/** The namespaces by name: the newest of that name, for a while also after it was deleted. */
export class Namespaces implements Store<Namespace> {
  #live = new Map<string, Namespace>();
  readonly #gone: Remembered<Namespace>;

  constructor(options: RememberedOptions) {
    this.#gone = new Remembered(options);
  }

  get(name: string): Namespace | undefined {
    return this.#live.get(name) ?? this.#gone.get(name);
  }

  replace(namespaces: readonly Namespace[]): void {
    const before = this.#live;
    this.#live = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
    for (const [name, namespace] of before) if (!this.#live.has(name)) this.#gone.add(name, namespace);
  }

  put(namespace: Namespace): void {
    this.#live.set(namespace.name, namespace);
  }

  remove({ uid, name }: Identity): void {
    const namespace = this.#live.get(name);
    if (namespace?.uid !== uid) return;
    this.#live.delete(name);
    this.#gone.add(name, namespace);
  }
}
