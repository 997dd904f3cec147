import type { Command } from 'commander';
import { z } from 'zod';
import { configJsonSchema } from '../config/explain.ts';
import { artifactSearchShape, artifactShape, refusedShape, versionShape } from '../config/shape/artifact.ts';
import { backupShape, restoreShape } from '../config/shape/backup.ts';
import { checkShape, clientConfigShape } from '../config/shape/client.ts';
import { crawlShape } from '../config/shape/crawl.ts';
import { doctorShape } from '../config/shape/doctor.ts';
import { driftShape } from '../config/shape/drift.ts';
import { envelopeShape } from '../config/shape/envelope.ts';
import { findingShape } from '../config/shape/finding.ts';
import { fleetShape, mirrorPageShape, passesShape, roundsShape } from '../config/shape/fleet.ts';
import { alertsTestShape, incidentPageShape, incidentsShape } from '../config/shape/incident.ts';
import {
  keyCensusShape,
  keyDetailShape,
  keyExportShape,
  keyImportShape,
  keyShape,
  keyTrustShape,
} from '../config/shape/keys.ts';
import { pushPlanShape, pushShape } from '../config/shape/push.ts';
import { enrollShape, reportCheckShape, reportSendShape } from '../config/shape/report.ts';
import { signatureLineShape, signatureSummaryShape } from '../config/shape/signature.ts';
import { statisticsShape } from '../config/shape/statistics.ts';
import { statsExportShape, statsIngestShape, statsTopShape } from '../config/shape/stats.ts';
import { statusShape } from '../config/shape/status.ts';
import { planShape, syncShape } from '../config/shape/sync.ts';
import { tokenShape } from '../config/shape/token.ts';
import { rebuildShape, verifyShape } from '../config/shape/verify.ts';
import { mirrorListShape } from '../primary/mirror-list.ts';
import { reportShape } from '../report/envelope.ts';
import { answer, type Desk } from './desk.ts';
import { EXIT_STATUSES, teach } from './help.ts';
import { cleanReply, usageReply } from './reply.ts';

const SCHEMAS: Readonly<Record<string, () => unknown>> = {
  config: configJsonSchema,
  envelope: () => z.toJSONSchema(envelopeShape(z.unknown())),
  sync: () => z.toJSONSchema(syncShape),
  plan: () => z.toJSONSchema(planShape),
  'origin-drift': () => z.toJSONSchema(driftShape),
  push: () => z.toJSONSchema(pushShape),
  'push-plan': () => z.toJSONSchema(pushPlanShape),
  verify: () => z.toJSONSchema(verifyShape),
  rebuild: () => z.toJSONSchema(rebuildShape),
  signature: () => z.toJSONSchema(signatureLineShape),
  'signature-summary': () => z.toJSONSchema(signatureSummaryShape),
  key: () => z.toJSONSchema(keyShape),
  'keys-show': () => z.toJSONSchema(keyDetailShape),
  'keys-import': () => z.toJSONSchema(keyImportShape),
  'keys-trust': () => z.toJSONSchema(keyTrustShape),
  'keys-export': () => z.toJSONSchema(keyExportShape),
  'keys-census': () => z.toJSONSchema(keyCensusShape),
  doctor: () => z.toJSONSchema(doctorShape),
  backup: () => z.toJSONSchema(backupShape),
  restore: () => z.toJSONSchema(restoreShape),
  status: () => z.toJSONSchema(statusShape),
  'stats-ingest': () => z.toJSONSchema(statsIngestShape),
  'stats-export': () => z.toJSONSchema(statsExportShape),
  'stats-top': () => z.toJSONSchema(statsTopShape),
  artifacts: () => z.toJSONSchema(artifactSearchShape),
  artifact: () => z.toJSONSchema(artifactShape),
  'artifact-version': () => z.toJSONSchema(versionShape),
  statistics: () => z.toJSONSchema(statisticsShape),
  quarantine: () => z.toJSONSchema(refusedShape),
  report: () => z.toJSONSchema(reportShape),
  mirrors: () => z.toJSONSchema(mirrorListShape),
  'report-send': () => z.toJSONSchema(reportSendShape),
  'report-check': () => z.toJSONSchema(reportCheckShape),
  enroll: () => z.toJSONSchema(enrollShape),
  token: () => z.toJSONSchema(tokenShape),
  finding: () => z.toJSONSchema(findingShape),
  crawl: () => z.toJSONSchema(crawlShape),
  incidents: () => z.toJSONSchema(incidentsShape),
  incident: () => z.toJSONSchema(incidentPageShape),
  fleet: () => z.toJSONSchema(fleetShape),
  mirror: () => z.toJSONSchema(mirrorPageShape),
  passes: () => z.toJSONSchema(passesShape),
  rounds: () => z.toJSONSchema(roundsShape),
  'alerts-test': () => z.toJSONSchema(alertsTestShape),
  'client-config': () => z.toJSONSchema(clientConfigShape),
  check: () => z.toJSONSchema(checkShape),
};

export function addSchema(program: Command, desk: Desk): void {
  const names = Object.keys(SCHEMAS).join(', ');
  const command = program
    .command('schema <name>')
    .summary('print the JSON Schema of a shape that assay reads or prints')
    .description(`Prints the JSON Schema of one shape: ${names}.`)
    .action((name: string, _flags: unknown, self: Command) =>
      answer(desk, self, (call) => {
        const make = SCHEMAS[name];
        if (make === undefined) return usageReply(`There is no schema "${name}".`, `Known: ${names}.`);
        const schema = make();
        return cleanReply(schema, call.globals.json ? '' : JSON.stringify(schema, null, 2));
      }),
    );
  teach(command, EXIT_STATUSES, [['what `assay sync --json` has in `result`', 'assay schema sync']]);
}
