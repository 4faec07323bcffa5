import * as z from "zod";

/** A prefix of a DNS name, `/` and a name of 63: longer is no label's key. */
const MAX_LENGTH = 317;
const MAX_PATTERNS = 100;
const PATTERN = new RegExp(`^[A-Za-z0-9._/*-]{1,${MAX_LENGTH}}$`);

const LIST = "write a list of keys, such as [team, example.com/*]";
const KEY = `write the key of a label, such as \`team\` or \`example.com/*\`, in which \`*\` is any characters; at most ${MAX_LENGTH} of A-Z a-z 0-9 . _ / - *`;

/** Keys of labels; a `*` in one stands for any characters, also for none and for `/`. */
export const patterns = z
  .array(z.string({ error: KEY }).regex(PATTERN, { error: KEY }), { error: LIST })
  .max(MAX_PATTERNS, { error: `name at most ${MAX_PATTERNS}; a \`*\` in one stands for any characters` })
  .superRefine(
    (keys, context) => {
      for (const [index, key] of keys.entries()) {
        if (typeof key === "string" && keys.indexOf(key) < index)
          context.addIssue({
            code: "custom",
            path: [index],
            message: "remove it: it already stands further up",
          });
      }
    },
    // Also beside a wrong key, so that one run shows every mistake.
    { when: ({ value }) => Array.isArray(value) && value.length <= MAX_PATTERNS },
  );

type Choice = { readonly include: readonly string[]; readonly exclude: readonly string[] };

/** What is both chosen and left out is one of the two by mistake. */
export function refuseBoth({ include, exclude }: Choice, context: z.RefinementCtx): void {
  for (const [index, key] of exclude.entries()) {
    if (!include.includes(key)) continue;
    const message =
      key === "*"
        ? "for no labels at all write `include: []` and remove it here"
        : "it stands in `include` too, and what is excluded wins: remove one of the two";
    context.addIssue({ code: "custom", path: ["exclude", index], message });
  }
}
