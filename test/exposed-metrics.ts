import type { Exposition, Job } from '@helpdeskly/testing';
import { type Matcher, parseQuery, type Query } from './promql.js';

/** By metric, as queries name it: its labels, and each one's values that were seen. */
type Labels = Map<string, Set<string>>;

/** What Prometheus knows of our processes, to hold queries to. */
export class ExposedMetrics {
  private readonly metrics = new Map<string, Labels>();

  constructor(scraped: ReadonlyMap<Job, Exposition>) {
    for (const [job, { samples }] of scraped) {
      this.add('up', { job });
      for (const { name, labels } of samples) this.add(name, { ...labels, job });
    }
  }

  /** A recording rule's result, with the labels that its expression leaves. */
  record(name: string, expression: string): void {
    const query = parseQuery(expression);
    this.metrics.set(name, this.labelsAfter(query));
  }

  /** What an expression names that is not there, in sentences; none when all is. */
  unknownIn(expression: string): string[] {
    const query = parseQuery(expression);
    const unknown = query.selectors.flatMap(({ metric, matchers }) => {
      const labels = this.metrics.get(metric);
      if (labels === undefined) return [`no metric ${metric || '(unnamed)'}`];
      return matchers.flatMap((matcher) => mismatch(metric, labels, matcher));
    });
    const labels = this.labelsOf(query);
    return [
      ...unknown,
      ...[...query.groupings, ...query.otherLabels]
        .filter((label) => !labels.has(label))
        .map((label) => `no label ${label} in ${expression}`),
    ];
  }

  /** Labels that texts about an expression's result name, and that the result does not have. */
  unknownLabels(expression: string, names: readonly string[]): string[] {
    const left = this.labelsAfter(parseQuery(expression));
    return names.filter((name) => !left.has(name)).map((name) => `no label ${name} left by ${expression}`);
  }

  has(metric: string, label?: string): boolean {
    const labels = this.metrics.get(metric);
    return labels !== undefined && (label === undefined || labels.has(label));
  }

  private add(name: string, labels: Readonly<Record<string, string>>): void {
    const known: Labels = this.metrics.get(name) ?? new Map<string, Set<string>>([['instance', new Set()]]);
    this.metrics.set(name, known);
    for (const [label, value] of Object.entries(labels)) known.set(label, (known.get(label) ?? new Set()).add(value));
  }

  private labelsOf({ selectors }: Query): Labels {
    const all: Labels = new Map();
    for (const { metric } of selectors)
      for (const [label, values] of this.metrics.get(metric) ?? [])
        all.set(label, new Set([...(all.get(label) ?? []), ...values]));
    return all;
  }

  /** An expression that groups leaves the labels that it groups by. */
  private labelsAfter(query: Query): Labels {
    const all = this.labelsOf(query);
    return query.groupings.length === 0 ? all : new Map([...all].filter(([label]) => query.groupings.includes(label)));
  }
}

/** `instance` is Prometheus' to fill in; statuses and problems are seen when something fails. */
const openLabels = ['instance', 'status', 'code', 'route'];

function mismatch(metric: string, labels: Labels, { label, operator, value }: Matcher): string[] {
  const values = labels.get(label);
  if (values === undefined) return [`no label ${label} on ${metric}`];
  if (openLabels.includes(label) || operator.startsWith('!')) return [];
  const pattern = new RegExp(`^(?:${value})$`);
  const wanted = operator === '=' ? (seen: string) => seen === value : (seen: string) => pattern.test(seen);
  if (![...values].some(wanted)) return [`no ${label}${operator}"${value}" on ${metric}`];
  if (operator === '=' || !/^[\w|-]+$/.test(value)) return [];
  return value.split('|').flatMap((one) => (values.has(one) ? [] : [`no ${label}="${one}" on ${metric}`]));
}
