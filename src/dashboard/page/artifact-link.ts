// Addresses of artifacts. What stands in a name is encoded; a name that no repository path can have leads nowhere.

import { locate } from '../../maven/layout.ts';
import type { ArtifactName } from '../artifact-summaries.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { filePath, foreign } from './text.ts';

/** More than any name of a repository path makes: what is longer was never one. */
const MOST_LINKED = 1500;

/** What would be a link, were its address not absurd. */
export function linked(href: string, content: Piece): Markup {
  return href.length > MOST_LINKED ? html`${content}` : html`<a href="${href}">${content}</a>`;
}

export function artifactHref({ group, artifact }: ArtifactName, version: string | null = null): string {
  const parts = [group, artifact, ...(version === null ? [] : [version])];
  return `/-/artifacts/${parts.map(encodeURIComponent).join('/')}`;
}

export function artifactTwin({ group, artifact }: ArtifactName, version: string | null = null): string | null {
  const of = [group, artifact, ...(version === null ? [] : [version])].join(':');
  return twinOf('of', of);
}

/** Null where it would be absurdly long. */
export function twinOf(key: 'of' | 'q', value: string): string | null {
  const path = `/-/artifacts.json?${key}=${encodeURIComponent(value)}`;
  return path.length > MOST_LINKED ? null : path;
}

export function artifactLink(name: ArtifactName): Markup {
  return linked(artifactHref(name), html`<code>${foreign(name.group)}:<wbr>${foreign(name.artifact)}</code>`);
}

/** A repository path; what belongs to a version leads to its page. */
export function pathLink(path: string): Markup {
  const { artifactFolder, version } = locate(path);
  const slash = artifactFolder?.lastIndexOf('/') ?? -1;
  if (artifactFolder === null || slash < 1) return filePath(path);
  const name = {
    group: artifactFolder.slice(0, slash).replaceAll('/', '.'),
    artifact: artifactFolder.slice(slash + 1),
  };
  return linked(artifactHref(name, version), filePath(path));
}

/** Where the file or folder itself is served. */
export function servedHref(path: string): string {
  return `/${path.split('/').map(encodeURIComponent).join('/')}`;
}
