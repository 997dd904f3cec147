// What the demo needs of a mirror. It is handed in: the demo shows the real assay and has no other way to it than an operator has.

/** The answer of one pass, as `assay sync --json` gives it. */
export interface PassReport {
  readonly generation: number;
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly accepted: number;
  readonly rejected: readonly Judged[];
  readonly deferred: readonly Judged[];
  readonly bytes_fetched: number;
  readonly seconds: number;
}

export interface Judged {
  /** Where a round found it; what a pass found has none. */
  readonly mirror?: string;
  readonly path: string;
  readonly verdict: string;
}

export interface DemoBucket {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentialsFile: string;
}

export interface PushReport {
  readonly objects: number;
  readonly bytes: number;
}

/** A primary that was told by the mirror. */
export interface DemoPrimary {
  /** Base URL with a slash at its end. */
  readonly url: string;
  /** Reports that it took. */
  readonly reports: number;
  /** As it counts them. */
  readonly downloads: number;
  /** In its list. */
  readonly mirrors: readonly { readonly name: string; readonly healthy: boolean }[];
  stop(): Promise<void>;
}

/** The answer of one round, as `assay crawl --json` gives it, and the findings before it. */
export interface CrawlReport {
  readonly findings: readonly (Judged & { readonly mirror: string })[];
  readonly mirrors: readonly {
    readonly name: string;
    readonly state: string;
    readonly claims: number;
    readonly proofs: number;
    readonly behind_seconds: number | null;
  }[];
  readonly cannot_see: string;
  readonly seconds: number;
}

/** The pages of the mirror, for who looks at it with a browser. */
export interface DemoPages {
  /** Of the overview, over plain HTTP. */
  readonly url: string;
  /** What was asked of the mirror since is counted. */
  count(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoMirror {
  /** Base URL with a slash at its end. */
  readonly https: string;
  /** The same tree without TLS, or null. */
  readonly http: string | null;
  /** One pass, as `assay sync` makes it. Throws when it could not be made. */
  sync(signal: AbortSignal): Promise<PassReport>;
  /** `assay push` to a bucket. Throws when it could not be made. Null: this mirror does not push. */
  readonly push: ((to: DemoBucket, signal: AbortSignal) => Promise<PushReport>) | null;
  /** Enrolls at a primary that is started for it, and reports. Throws when it could not be done. Null: this mirror reports to nobody. */
  readonly report: ((caFile: string, signal: AbortSignal) => Promise<DemoPrimary>) | null;
  /** `assay crawl` over the mirrors that its configuration has now, alerts included. Throws when it could not be made. Null: this mirror does not crawl. */
  readonly crawl: ((signal: AbortSignal) => Promise<CrawlReport>) | null;
  /** Serves its pages by its configuration of now. Null: this mirror has none. */
  readonly pages: ((signal: AbortSignal) => Promise<DemoPages>) | null;
  /** On return no process and no socket of it is left. */
  stop(): Promise<void>;
}

export interface MirrorRequest {
  readonly configFile: string;
  /** Where plain HTTP may be served as well, `127.0.0.1:0`. */
  readonly plainListen: string;
  /** A line about what a pass does now, or null when nobody looks. */
  readonly progress: ((line: string) => void) | null;
}

/** Starts a mirror as `assay daemon` does; on return it answers, from an empty tree at first. `signal` bounds the start alone, not its life. */
export type OpenMirror = (request: MirrorRequest, signal: AbortSignal) => Promise<DemoMirror>;
