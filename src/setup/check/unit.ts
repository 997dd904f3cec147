import { linesOf } from './program.ts';
import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

const UNIT = 'assay.service';
const WATCHED = ['LoadState', 'ActiveState', 'Type', 'NotifyAccess', 'WatchdogUSec', 'UnitFileState'];

/** How systemd would start the daemon, and whether it would notice its death. */
export function serviceCheck(): Check {
  return {
    name: 'service',
    async look(signal) {
      const unit = await propertiesOf(signal);
      if (unit === null) return [unknown('There is no systemd that answers here.')];
      if (unit.get('LoadState') !== 'loaded')
        return [
          unknown(
            `systemd knows no ${UNIT}.`,
            'Copy the units of the release to /etc/systemd/system, then systemctl daemon-reload.',
          ),
        ];
      const bad = symptomsOf(unit);
      return bad.length > 0 ? bad : [good(`${UNIT} is ${unit.get('ActiveState') ?? ''}, watched by systemd.`)];
    },
  };
}

function symptomsOf(unit: ReadonlyMap<string, string>): Symptom[] {
  const symptoms: Symptom[] = [];
  if (unit.get('Type') === 'notify' && unit.get('NotifyAccess') !== 'all')
    symptoms.push(fault(`${UNIT} takes no word from systemd-notify: it never becomes ready.`, 'NotifyAccess=all'));
  const watchdog = unit.get('WatchdogUSec') ?? '0';
  if (watchdog === '0' || watchdog === 'infinity')
    symptoms.push(warning(`${UNIT} has no watchdog: a daemon that is stuck stays stuck.`, 'WatchdogSec=120'));
  if (unit.get('UnitFileState') === 'disabled')
    symptoms.push(warning(`${UNIT} is not started with the machine.`, `systemctl enable ${UNIT}`));
  return symptoms;
}

async function propertiesOf(signal: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
  const lines = await linesOf('systemctl', ['show', UNIT, `--property=${WATCHED.join(',')}`], signal);
  if (lines === null) return null;
  return new Map(
    lines.map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
