import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHART } from "./render.ts";

export const RULES = join(CHART, "rules/netlog.yaml");

/** Something that is asked of Prometheus: by an alert or by a panel, which is named. */
export type Query = { readonly of: string; readonly expr: string; readonly legend: string };

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Record<string, string>;
};

export function alerts(): readonly Rule[] {
  return parse(readFileSync(RULES, "utf8")).groups.flatMap((group: { rules: Rule[] }) => group.rules);
}

type Panel = { readonly title: string; readonly targets: { expr: string; legendFormat: string }[] };

export function dashboard(): { readonly panels: readonly Panel[] } {
  return JSON.parse(readFileSync(join(CHART, "dashboards/netlog.json"), "utf8"));
}

/** With what Grafana puts in the places of its variables when all nodes are chosen. */
export function queries(): Query[] {
  const ofPanels = dashboard().panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ of: title, expr, legend: legendFormat })),
  );
  const ofAlerts = alerts().map(({ alert, expr, annotations }) => ({
    of: alert,
    expr,
    legend: annotations["description"] ?? "",
  }));
  return [...ofAlerts, ...ofPanels].map((query) => ({
    ...query,
    expr: query.expr.replaceAll("$__rate_interval", "1m").replaceAll("$node", ".*"),
  }));
}
