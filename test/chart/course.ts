import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A series' values, one a second, each with how many times it came running; null: there was none. */
export type Values = readonly (readonly [value: number | null, times: number])[];
/** How netlog's metrics went through a test: by series, written as Prometheus writes them. */
export type Course = Readonly<Record<string, Values>>;

export async function readCourse(name: string): Promise<Course> {
  const file = join(import.meta.dirname, "courses", `${name.replace(/\W+/g, "-").replace(/-$/, "")}.json`);
  const course: Record<string, string> = JSON.parse(await readFile(file, "utf8"));
  return Object.fromEntries(Object.entries(course).map(([series, values]) => [series, readValues(values)]));
}

/** `0*12 _*3 7*1`: twelve times 0, three times nothing, 7. */
function readValues(text: string): Values {
  return text.split(" ").map((one) => {
    const [value = "", times] = one.split("*");
    return [value === "_" ? null : Number(value), Number(times)];
  });
}
