import type { StateDatabase } from '../state/open.ts';

export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  /** What was done, in the words of the command: `quarantine release`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** Who did what, when. Only ever appended to. */
export interface AuditTrail {
  write(entry: AuditEntry): void;
  latest(count: number): AuditEntry[];
}

export function openAuditTrail(database: StateDatabase): AuditTrail {
  const insert = database.prepare(
    'INSERT INTO operator_audit (at, actor, action, subject, detail) VALUES (@at, @actor, @action, @subject, @detail)',
  );
  const latest = database.prepare<[number], AuditEntry>(
    'SELECT at, actor, action, subject, detail FROM operator_audit ORDER BY id DESC LIMIT ?',
  );
  return {
    write: (entry) => {
      insert.run(entry);
    },
    latest: (count) => latest.all(count),
  };
}
