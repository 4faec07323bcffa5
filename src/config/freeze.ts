export type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** Freezes a plain tree of objects and lists, which must not contain itself. */
export function deepFreeze<T>(tree: T): DeepReadonly<T> {
  if (typeof tree === "object" && tree !== null) {
    Object.values(tree).forEach(deepFreeze);
    Object.freeze(tree);
  }
  return tree as DeepReadonly<T>;
}
