// `/-/`: the pages that people look at. One line a page: its address, and what is shown there.

import type { Route } from '../host/route.ts';
import { assetRoutes } from './page/asset.ts';
import { incidentPage } from './page/incident.ts';
import { incidentsPage } from './page/incidents.ts';
import { mirrorPage } from './page/mirror.ts';
import { mirrorsPage } from './page/mirrors.ts';
import { overviewPage } from './page/overview.ts';
import { passesPage } from './page/passes.ts';
import { roundsPage } from './page/rounds.ts';
import { type OnFault, pageRoutes, redirectRoute, type Show } from './page/route.ts';
import type { Summaries } from './summaries.ts';

export type { OnFault } from './page/route.ts';
export type { IncidentDetail, StatusSummary, Summaries } from './summaries.ts';

/** `onFault` is told of what no page could be made of. */
export function dashboardRoutes(summaries: Summaries, onFault: OnFault): Route[] {
  const page = pageRoutes(summaries, onFault);
  return [
    ...assetRoutes(),
    redirectRoute('/-', '/-/'),
    ...page({ path: '/-/', show: overview }),
    // Programs asked here before people did: they are told apart by what they accept.
    ...page({ path: '/-/incidents', show: incidents, twin: '/-/incidents.json', isForPrograms: true }),
    ...page({ path: '/-/incidents/:id', show: incident, isForPrograms: true }),
    // The twin of its name is the signed list, which is not ours to lay out anew.
    ...page({ path: '/-/mirrors', show: mirrors, twin: '/-/fleet.json' }),
    ...page({ path: '/-/mirrors/:name', show: mirror }),
    ...page({ path: '/-/passes', show: passes, twin: '/-/passes.json' }),
    ...page({ path: '/-/rounds', show: rounds, twin: '/-/rounds.json' }),
  ];
}

const overview: Show = ({ now }, summaries) => {
  const value = summaries.status();
  return { value, page: () => overviewPage(value, summaries, now) };
};

const incidents: Show = ({ query, now }, summaries) => {
  const isAll = query.get('all') !== null;
  const value = { incidents: summaries.incidents(isAll) };
  return { value, page: () => incidentsPage(value.incidents, isAll, summaries, now) };
};

const incident: Show = ({ params, now }, summaries) => {
  const value = summaries.incident(params.id ?? '');
  return value && { value, page: () => incidentPage(value, summaries, now) };
};

const mirrors: Show = ({ now }, summaries) => {
  const value = { mirrors: summaries.mirrors(now) };
  return { value, page: () => mirrorsPage(value.mirrors, summaries, now) };
};

const mirror: Show = ({ params, now }, summaries) => {
  const value = summaries.mirror(params.name ?? '', now);
  return value && { value, page: () => mirrorPage(value, summaries, now) };
};

const passes: Show = ({ now }, summaries) => {
  const value = { passes: summaries.passes() };
  return { value, page: () => passesPage(value.passes, now) };
};

const rounds: Show = ({ now }, summaries) => {
  const value = { rounds: summaries.rounds(), cannot_see: summaries.cannotSee };
  return { value, page: () => roundsPage(value.rounds, summaries, now) };
};
