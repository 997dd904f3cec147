// Who asks, by the program's own word. For the second tally alone: anybody may call himself anything.

export type Family =
  | 'artifactory'
  | 'assay'
  | 'bazel'
  | 'browser'
  | 'clojure'
  | 'coursier'
  | 'curl'
  | 'gradle'
  | 'ivy'
  | 'java'
  | 'leiningen'
  | 'maven'
  | 'nexus'
  | 'none'
  | 'other'
  | 'robot'
  | 'sbt'
  | 'wget';

/** The first that is found decides: build tools name the libraries that they are made of after themselves. */
const MARKS: readonly (readonly [RegExp, Family])[] = [
  [/^assay\b/i, 'assay'],
  [/artifactory/i, 'artifactory'],
  [/nexus/i, 'nexus'],
  [/gradle/i, 'gradle'],
  [/leiningen/i, 'leiningen'],
  [/coursier/i, 'coursier'],
  [/\bsbt\b/i, 'sbt'],
  [/bazel/i, 'bazel'],
  [/clojure|tools\.deps|clj-/i, 'clojure'],
  [/ivy/i, 'ivy'],
  [/maven|aether/i, 'maven'],
  [/bot\b|bot\/|spider|crawl|slurp|scan|monitor|uptime|probe/i, 'robot'],
  [/^curl\b/i, 'curl'],
  [/^wget\b/i, 'wget'],
  [/^mozilla\//i, 'browser'],
  [/java/i, 'java'],
];

const MOST_REMEMBERED = 10_000;
const LONGEST_JUDGED = 1024;

export function familyOf(agent: string): Family {
  if (agent === '') return 'none';
  const judged = agent.slice(0, LONGEST_JUDGED);
  return MARKS.find(([mark]) => mark.test(judged))?.[1] ?? 'other';
}

/** Programs that check mirrors and index the web: what they fetch is fetched for nobody. */
export function isKnownCrawl(family: Family): boolean {
  return family === 'assay' || family === 'robot';
}

/** The same with a memory: a log names few agents, many times. */
export function familyReader(): (agent: string) => Family {
  const known = new Map<string, Family>();
  return (agent) => {
    const found = known.get(agent);
    if (found !== undefined) return found;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const family = familyOf(agent);
    known.set(ownCopy(agent), family);
    return family;
  };
}

/** A piece of a string keeps the whole of it alive; a piece of a log that is remembered must not. */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
