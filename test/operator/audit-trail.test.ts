import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { openAuditTrail } from '../../src/operator/audit-trail.ts';
import { operatorSchema } from '../../src/operator/schema.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import { temporaryFolder } from '../support/folder.ts';

test('the newest deeds come first, in the order in which they were written, whatever the clock said', (t) => {
  const database = openState(join(temporaryFolder(t), 'state.db'));
  t.after(() => database.close());
  migrate(database, [operatorSchema]);
  const trail = openAuditTrail(database);
  const deed = (at: number, subject: string) => ({
    at,
    actor: 'root',
    action: 'takedown add',
    subject,
    detail: 'asked for',
  });

  trail.write(deed(200, 'first'));
  trail.write(deed(100, 'second'));
  trail.write(deed(300, 'third'));

  assert.deepEqual(trail.latest(2), [deed(300, 'third'), deed(100, 'second')]);
});
