// What real repositories have besides plain releases: a parent POM, a range, a SNAPSHOT, a version with a plus sign, a classifier, a plugin group.

import { type Mirror, metadataText, pomText } from '../support/mirror.ts';

const STAMP = '20261101.120000';
const LAST_UPDATED = '20261101120000';

/** Jars here are as small as a zip file can be. */
const JAR = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

export function fillWithOddities({ origin }: Mirror): void {
  const sums = { sums: ['sha1', 'md5'] as const };
  const release = (name: string, version: string, classifier = '') => {
    const home = `org/example/${name}/${version}`;
    origin.put(`${home}/${name}-${version}.pom`, pomText(name, version), sums);
    origin.put(`${home}/${name}-${version}.jar`, JAR, sums);
    if (classifier !== '') origin.put(`${home}/${name}-${version}-${classifier}.jar`, JAR, sums);
  };
  origin.put(
    'org/example/parent/1/parent-1.pom',
    pomText('parent', '1').replace('<version>', '<packaging>pom</packaging><version>'),
    sums,
  );
  for (const version of ['1.0', '1.5', '2.0']) release('ranged', version);
  origin.put('org/example/ranged/maven-metadata.xml', metadataText('ranged', ['1.0', '1.5', '2.0']), sums);
  release('plus', '1.0+build.5');
  release('classified', '1.0', 'extra');
  const home = 'org/example/fresh/1.0-SNAPSHOT';
  for (const extension of ['jar', 'pom']) {
    const file = `${home}/fresh-1.0-${STAMP}-1.${extension}`;
    origin.put(file, extension === 'jar' ? JAR : pomText('fresh', '1.0-SNAPSHOT'), sums);
  }
  origin.put(`${home}/maven-metadata.xml`, snapshotMetadata(), sums);
  origin.put('org/example/fresh/maven-metadata.xml', metadataText('fresh', ['1.0-SNAPSHOT']), sums);
  origin.put('org/apache/maven/plugins/maven-metadata.xml', pluginMetadata(), sums);
}

function snapshotMetadata(): string {
  const builds = ['jar', 'pom'].map(
    (extension) =>
      `<snapshotVersion><extension>${extension}</extension><value>1.0-${STAMP}-1</value><updated>${LAST_UPDATED}</updated></snapshotVersion>`,
  );
  return `<metadata modelVersion="1.1.0"><groupId>org.example</groupId><artifactId>fresh</artifactId><version>1.0-SNAPSHOT</version><versioning><snapshot><timestamp>${STAMP}</timestamp><buildNumber>1</buildNumber></snapshot><lastUpdated>${LAST_UPDATED}</lastUpdated><snapshotVersions>${builds.join('')}</snapshotVersions></versioning></metadata>\n`;
}

/** Prefixes that no POM settles are looked up here: `mvn ship:help` is the deploy plugin. */
function pluginMetadata(): string {
  return '<metadata><plugins><plugin><name>Ship</name><prefix>ship</prefix><artifactId>maven-deploy-plugin</artifactId></plugin></plugins></metadata>\n';
}
