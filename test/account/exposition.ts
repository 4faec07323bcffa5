/** One line of Prometheus's text format. */
export type Series = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** Reads Prometheus's text format, 0.0.4, of which netlog uses no timestamps. */
export function readExposition(text: string): Series[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (value === undefined) throw new Error(`no series: ${line}`);
      const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, key, text]) => [key as string, text as string])),
        value: Number(value),
      };
    });
}

/** The one of this name, and of this label; undefined where there is none. */
export function valueIn(series: readonly Series[], name: string, label?: string): number | undefined {
  return series.find((one) => one.name === name && (!label || Object.values(one.labels).includes(label)))
    ?.value;
}

/**
 * What a field of `#stats` is as a metric: the value of the series that has it, or the sum of a metric whose parts it
 * is the sum of. Undefined where there is no such series.
 */
export function valueOfField(
  series: readonly Series[],
  { name, field = "" }: { readonly name: string; readonly field?: string },
  of: string,
): number | undefined {
  const label = field.endsWith("*") ? of.slice(field.length - 1) : undefined;
  const found = series.filter((one) => one.name === name);
  const fitting =
    label === undefined ? found : found.filter(({ labels }) => Object.values(labels)[0] === label);
  return fitting.length === 0 ? undefined : fitting.reduce((sum, { value }) => sum + value, 0);
}

/** Whether a metric's field, `made.*`, means this field of a `#stats` record, `made.tcp.attempt`. */
export function isField(field: string | undefined, name: string): boolean {
  return field?.endsWith("*") ? name.startsWith(field.slice(0, -1)) : name === field;
}
