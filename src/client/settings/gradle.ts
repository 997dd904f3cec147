// An init script for Gradle, which knows no mirrors: it changes the address of the repositories that a build names. Gradle gives up a repository
// that does not answer and never asks another instead, so the script looks which mirror answers before the build begins.

import { placeAtEnd } from '../edit/marked.ts';
import { commented, headLines, type ToolSettings } from './tool.ts';
import { plainElsewhere, type Wish } from './wish.ts';

const STYLE = { open: '// ', close: '' };
/** What `mavenCentral()` calls itself. */
const GRADLE_CENTRAL = 'MavenRepo';

export const gradle: ToolSettings = {
  place: '~/.gradle/init.d/assay.gradle',
  style: STYLE,
  skeleton: '',
  objection: (wish) => plainElsewhere('Gradle', wish),
  placed: (text, wish) => placeAtEnd(text, [...commented(remarksOf(wish), STYLE), ...scriptLines(wish)]),
};

function remarksOf(wish: Wish): string[] {
  const { certificateFile } = wish;
  return [
    ...headLines('gradle', wish, (words) => words),
    'Gradle compares no sums with what it downloads: `gradle --write-verification-metadata sha256 help` makes it (6.2 and newer).',
    'Publishing goes where the build says: repositories of `publishing` are not touched.',
    ...(certificateFile === null ? [] : [`Java must trust ${certificateFile}: see README, "A private certificate".`]),
  ];
}

function scriptLines(wish: Wish): string[] {
  const ids = wish.repositories.flatMap((repository) => [
    ...repository.ids,
    ...(repository.ids[0] === 'central' ? [GRADLE_CENTRAL] : []),
  ]);
  const addresses = wish.repositories.flatMap(({ address }) => (address === null ? [] : [address]));
  return [
    `def assayMirrors = [${wish.mirrors.map(groovyString).join(', ')}]`,
    `def assayNames = [${ids.map(groovyString).join(', ')}]`,
    `def assayAddress = ${groovyString(addresses.length === 0 ? '(?!)' : addresses.join('|'))}`,
    'def assayAnswers = { mirror ->',
    '    try {',
    "        def connection = new URL(mirror + '-/health').openConnection()",
    '        connection.connectTimeout = 5000',
    '        connection.readTimeout = 5000',
    '        connection.responseCode < 500',
    '    } catch (IOException notThere) {',
    '        false',
    '    }',
    '}',
    ...(wish.mode === 'prefer'
      ? ['// None answers: the build asks the origin, as it would without this file.']
      : ['// None answers: the build is to say so, and not to ask the origin.']),
    'def assayMirror = gradle.startParameter.offline ? assayMirrors[0] : assayMirrors.find(assayAnswers)',
    ...(wish.mode === 'prefer' ? [] : ['assayMirror = assayMirror ?: assayMirrors[0]']),
    'def assayPoint = { repositories ->',
    '    repositories.all { repository ->',
    '        if (!(repository instanceof org.gradle.api.artifacts.repositories.MavenArtifactRepository)) return',
    '        if (repository.name in assayNames || repository.url.toString() ==~ assayAddress) repository.url = assayMirror',
    '    }',
    '}',
    'if (assayMirror != null) {',
    '    settingsEvaluated { settings ->',
    '        assayPoint(settings.pluginManagement.repositories)',
    "        if (settings.hasProperty('dependencyResolutionManagement')) {",
    '            assayPoint(settings.dependencyResolutionManagement.repositories)',
    '        }',
    '    }',
    '    allprojects {',
    '        assayPoint(buildscript.repositories)',
    '        assayPoint(repositories)',
    '    }',
    '}',
  ];
}

function groovyString(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
