// `npm run chart`: writes anew what is made of other things: the chart's schema, its README's table, and the goldens.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { valuesSchemas, writeValuesSchema } from "./config-schema.ts";
import { writeGoldens } from "./goldens.ts";
import { lackingHelm } from "./helms.ts";
import { CHART } from "./render.ts";
import { readmes, writeReadme } from "./values-table.ts";

writeReadme(readmes().shouldBe);
writeValuesSchema(valuesSchemas().shouldBe);
spawnSync("biome", ["format", "--write", join(CHART, "values.schema.json")]);
if (lackingHelm === false) await writeGoldens();
else {
  process.stderr.write(`The goldens stay as they are: ${lackingHelm}\n`);
  process.exitCode = 1;
}
