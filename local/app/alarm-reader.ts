import type { Resource } from '../engine/template.ts';

type Dimension = { Name: string; Value: unknown };

/**
 * Reads the metrics that functions write to their log.
 * @param alarms of the template
 * @param onAlarm called with the text of each alarm whose threshold a metric reaches
 * @returns reads one line
 */
export function alarmReader(
  alarms: readonly Resource[],
  onAlarm: (impact: string) => void,
): (line: Record<string, unknown>) => void {
  const known = alarms.map(({ Properties: p }) => ({
    metric: String(p['MetricName']),
    dimensions: (p['Dimensions'] ?? []) as Dimension[],
    threshold: Number(p['Threshold']),
    impact: String(p['AlarmDescription']),
  }));
  return (line) => {
    for (const { metric, dimensions, threshold, impact } of known) {
      const isAbout = dimensions.length > 0 && dimensions.every(({ Name, Value }) => line[Name] === Value);
      if (isAbout && Number(line[metric] ?? 0) >= threshold) onAlarm(impact);
    }
  };
}
