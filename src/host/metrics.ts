// Figures for Prometheus as values: a room makes families of its summary, compose collects them, and here they become text.

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** How often something was how large. */
export interface Distribution {
  readonly labels: Labels;
  /** Upper bounds, rising, each counted in; above the last there is one more count. */
  readonly bounds: readonly number[];
  /** One more than `bounds`, each for itself: the text adds them up. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/**
 * Everything of one name: `assay_`, what, unit (`_seconds`, `_bytes`), and `_total` for a counter. Plain JSON, so that it goes from process to
 * process.
 */
export type MetricFamily =
  | {
      readonly kind: 'gauge' | 'counter';
      readonly name: string;
      readonly help: string;
      readonly samples: readonly Sample[];
    }
  | {
      readonly kind: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly samples: readonly Distribution[];
    };

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What can go up and down. Null: there is nothing to tell yet, and the family stands there without a sample. */
export function gauge(name: string, help: string, value: number | null | readonly Sample[]): MetricFamily {
  return { kind: 'gauge', name, help, samples: samplesOf(value) };
}

/** What only goes up, as long as its process lives. */
export function counter(name: string, help: string, value: number | readonly Sample[]): MetricFamily {
  return { kind: 'counter', name, help, samples: samplesOf(value) };
}

export function histogram(name: string, help: string, samples: readonly Distribution[]): MetricFamily {
  return { kind: 'histogram', name, help, samples };
}

function samplesOf(value: number | null | readonly Sample[]): readonly Sample[] {
  if (value === null) return [];
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

/**
 * The same families of several processes as one: samples of the same name and labels are added up, in the order of their first appearance.
 * Histograms of one name have the same bounds.
 */
export function addUp(families: Iterable<MetricFamily>): MetricFamily[] {
  const sums = new Map<string, MetricFamily>();
  for (const family of families) {
    const known = sums.get(family.name);
    sums.set(family.name, known === undefined ? family : added(known, family));
  }
  return [...sums.values()];
}

function added(one: MetricFamily, other: MetricFamily): MetricFamily {
  if (one.kind === 'histogram' && other.kind === 'histogram') {
    return { ...one, samples: merged(one.samples, other.samples, addedDistribution) };
  }
  if (one.kind === 'histogram' || other.kind === 'histogram') {
    throw new Error(`${one.name} is a ${one.kind} and a ${other.kind}`);
  }
  return {
    ...one,
    samples: merged(one.samples, other.samples, (a, b) => ({ labels: a.labels, value: a.value + b.value })),
  };
}

function merged<T extends { readonly labels: Labels }>(
  ones: readonly T[],
  others: readonly T[],
  add: (one: T, other: T) => T,
): T[] {
  const byLabels = new Map<string, T>();
  for (const sample of [...ones, ...others]) {
    const key = JSON.stringify(Object.entries(sample.labels).sort());
    const known = byLabels.get(key);
    byLabels.set(key, known === undefined ? sample : add(known, sample));
  }
  return [...byLabels.values()];
}

function addedDistribution(one: Distribution, other: Distribution): Distribution {
  return { ...one, counts: one.counts.map((n, i) => n + (other.counts[i] ?? 0)), sum: one.sum + other.sum };
}

/** The text that a scrape gets, families in the order given. Names are ours; values of labels may come from anywhere and are escaped. */
export async function renderMetrics(families: readonly MetricFamily[]): Promise<string> {
  // The client library keeps its figures in registries of its own making; of it we use the one function that takes them as values. It is
  // loaded at the first scrape, since no start should wait for it.
  const { default: client } = await import('@prometheus-io/client');
  return client.AggregatorRegistry.aggregate([families.map(clientForm)]).metrics();
}

/** As the client library hands metrics from process to process. */
function clientForm(family: MetricFamily): object {
  const { kind, name, help } = family;
  const values = family.kind === 'histogram' ? family.samples.flatMap((each) => series(name, each)) : family.samples;
  return { name, help, type: kind, values };
}

function series(name: string, { labels, bounds, counts, sum }: Distribution): object[] {
  let seen = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, i) => {
    seen += counts[i] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: seen };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: seen },
  ];
}
