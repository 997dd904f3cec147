// Prometheus Alertmanager (API v2) does its own grouping, repeating and silencing: what stands is posted again every minute, and what is posted no
// more ends there by itself.

import type { Finding } from '../../../finding/finding.ts';
import { isoTime, MINUTE } from '../../../host/clock.ts';
import type { HttpClient } from '../../../host/http.ts';
import type { Delivery } from '../../../state/outbox.ts';
import type { Incident } from '../../incident/incident.ts';
import { messageOf, type Speaker } from '../message.ts';
import { deliveryOf } from './webhook.ts';

/** An incident, and the newest of its findings with the evidence. */
export interface Standing {
  readonly incident: Incident;
  readonly finding: Finding | null;
}

export interface Alertmanager {
  /** Posts what stands, and for a while what is over. */
  post(standing: readonly Standing[], speaker: Speaker, now: number, signal: AbortSignal): Promise<Delivery>;
  trial(speaker: Speaker, now: number, signal: AbortSignal): Promise<Delivery>;
}

/** Five times the interval: a daemon that restarts ends nothing. */
const ENDS_AFTER_MS = 5 * MINUTE;
const ANSWER_BYTES = 64 * 1024;

export function alertmanager(
  options: { readonly url: string; readonly ca: string | null },
  http: HttpClient,
): Alertmanager {
  const send = async (alerts: readonly unknown[], signal: AbortSignal): Promise<Delivery> => {
    const outcome = await http.ask(
      {
        method: 'POST',
        url: new URL('api/v2/alerts', options.url.endsWith('/') ? options.url : `${options.url}/`),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
        ceilingBytes: ANSWER_BYTES,
        deadlines: { totalMs: 30_000 },
        ca: options.ca,
      },
      signal,
    );
    if (outcome.kind === 'failure') return { kind: 'later', reason: outcome.sentence };
    return deliveryOf(outcome.status, outcome.headers['retry-after']);
  };
  return {
    post: (standing, speaker, now, signal) =>
      send(
        standing.map((each) => alertOf(each, speaker, now)),
        signal,
      ),
    trial: (speaker, now, signal) => {
      const labels = { alertname: 'AssayTrial', severity: 'notice', installation: speaker.name };
      const { subject, text } = messageOf({ kind: 'trial', at: now }, speaker);
      const annotations = { summary: subject, description: text };
      return send([{ labels, annotations, startsAt: isoTime(now), endsAt: isoTime(now + MINUTE) }], signal);
    },
  };
}

function alertOf({ incident, finding }: Standing, speaker: Speaker, now: number) {
  const event = incident.state === 'resolved' ? 'resolved' : 'opened';
  const body = { kind: 'incident', event, incident, finding, threadKey: null } as const;
  const { subject, text } = messageOf(body, speaker);
  return {
    // Labels name the alert for as long as it lasts: nothing in them changes.
    labels: {
      alertname: 'AssayIncident',
      installation: speaker.name,
      incident: incident.id,
      verdict: incident.verdict,
      ...(incident.mirror === null ? {} : { mirror: incident.mirror }),
      severity: incident.severity,
    },
    annotations: { summary: subject, description: text },
    startsAt: isoTime(incident.openedAt),
    endsAt: isoTime(incident.resolvedAt ?? now + ENDS_AFTER_MS),
    ...(speaker.pages === null ? {} : { generatorURL: `${speaker.pages}-/incidents/${incident.id}` }),
  };
}
