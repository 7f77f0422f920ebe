/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a process exposes: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export interface Exposition {
  /** By metric's name, without the suffixes of a histogram's samples. */
  readonly families: ReadonlyMap<string, { readonly help: string; readonly type: string }>;
  readonly samples: readonly Sample[];
}

/** Throws for a line that the format does not know. */
export function parseExposition(text: string): Exposition {
  const families = new Map<string, { help: string; type: string }>();
  const family = (name: string) => {
    const known = families.get(name) ?? { help: '', type: '' };
    families.set(name, known);
    return known;
  };
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, described = '', rest = ''] = /^# (HELP|TYPE) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (kind === 'HELP') family(described).help = rest;
    else if (kind === 'TYPE') family(described).type = rest;
    else samples.push(parseSample(line));
  }
  return { families, samples };
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not in the format: ${line}`);
  return { name, labels: parseLabels(labels), value: value === '+Inf' ? Infinity : Number(value) };
}

function parseLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(?<!\w)([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]));
}

/** A series as it is stored: its name and labels. */
export function seriesOf({ name, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.sort().join(',')}}`;
}
