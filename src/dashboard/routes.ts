// `/-/`: the pages that people look at. One line a page: its address, and what is shown there.

import type { Route, RouteAnswer, RouteRequest } from '../host/route.ts';
import { artifactPage } from './page/artifact.ts';
import { artifactsPage } from './page/artifacts.ts';
import { assetRoutes } from './page/asset.ts';
import { framed, type Page } from './page/frame.ts';
import { incidentPage } from './page/incident.ts';
import { incidentsPage } from './page/incidents.ts';
import { asMarkup } from './page/markup.ts';
import { mirrorPage } from './page/mirror.ts';
import { mirrorsPage } from './page/mirrors.ts';
import { overviewPage } from './page/overview.ts';
import { passesPage } from './page/passes.ts';
import { quarantinePage } from './page/quarantine.ts';
import { roundsPage } from './page/rounds.ts';
import { frameOf, type OnFault, pageRoutes, redirectRoute, type Show } from './page/route.ts';
import { statisticsPage } from './page/statistics.ts';
import { versionPage } from './page/version.ts';
import type { Summaries } from './summaries.ts';

export type { ArtifactSummaries } from './artifact-summaries.ts';
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
    ...page({ path: '/-/artifacts', show: artifacts, twin: '/-/artifacts.json' }),
    ...page({ path: '/-/artifacts/:group/:artifact', show: artifact, isNamedFreely: true }),
    ...page({ path: '/-/artifacts/:group/:artifact/:version', show: artifact, isNamedFreely: true }),
    ...page({ path: '/-/statistics', show: statistics, twin: '/-/statistics.json' }),
    ...page({ path: '/-/quarantine', show: quarantine, twin: '/-/quarantine.json' }),
  ];
}

/** The settings for build tools, which another room lays out, in the frame of the pages. `body` is markup, and trusted as such. */
export function framedSetup(
  speaker: Pick<Summaries, 'name' | 'version'>,
  request: RouteRequest,
  title: string,
  body: string,
): RouteAnswer {
  const page: Page = { title, place: 'setup', twin: null, body: asMarkup(body) };
  return framed(page, frameOf(request, speaker));
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
  const value = { mirrors: summaries.mirrors(now, true) };
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

/** `?q=` is whatever was typed; `?of=GROUP:ARTIFACT` is the twin of an artifact's page, for names that end with `.json`. */
const artifacts: Show = (request, summaries) => {
  const [of, typed] = [request.query.get('of'), request.query.get('q')];
  if (of !== null) {
    const [group = '', name = '', version] = of.split(':');
    const params = { group, artifact: name, ...(version === undefined ? {} : { version }) };
    return artifact({ ...request, params }, summaries);
  }
  const value = typed === null ? null : summaries.artifacts(typed);
  return { value: value ?? {}, page: () => artifactsPage(value, summaries) };
};

const artifact: Show = ({ params, query, now }, summaries) => {
  const { group = '', artifact: name = '', version } = params;
  if (version !== undefined) {
    const value = summaries.artifactVersion(group, name, version);
    return value && { value, page: () => versionPage(value, summaries, now) };
  }
  const value = summaries.artifact(group, name, query.get('from'));
  return value && { value, page: () => artifactPage(value, summaries, now) };
};

const statistics: Show = (_, summaries) => {
  const value = summaries.statistics();
  return { value, page: () => statisticsPage(value, summaries) };
};

const quarantine: Show = ({ now }, summaries) => {
  const value = summaries.refused();
  return { value, page: () => quarantinePage(value, now) };
};
