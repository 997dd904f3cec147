import { spawnSync } from 'node:child_process';
import { accessSync, appendFileSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { whyNoContainer } from './container.ts';

/** The shared collection of real signatures and jars, where it lies beside the project, or where ASSAY_TEST_CORPUS says. */
export const CORPUS = resolve(process.env.ASSAY_TEST_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'));
/** Debian's own Maven repository: `maven` and `libclojure-java` fill it. */
export const DEBIAN_MAVEN_REPO = '/usr/share/maven-repo';

interface Need {
  readonly found: () => boolean;
  /** The Debian packages that bring it; empty when no package does, and then `otherwise` says what would. */
  readonly packages: readonly string[];
  readonly otherwise?: string | (() => string);
  /** Its absence is a skip even under ASSAY_TEST_STRICT: nobody can install it. */
  readonly optional?: boolean;
}

const NEEDS = {
  aiosmtpd: program('python3-aiosmtpd'),
  'ansible-lint': program('ansible-lint'),
  'ansible-playbook': program('ansible-core'),
  bwrap: program('bubblewrap'),
  ceph: program('ceph-common'),
  'ceph-mon': program('ceph-mon'),
  'ceph-osd': program('ceph-osd'),
  chromium: program('chromium'),
  container: {
    found: () => whyNoContainer() === null,
    packages: [],
    otherwise: () => `this machine cannot boot a container (${whyNoContainer()})`,
    optional: true,
  },
  corpus: folder(CORPUS, { otherwise: 'put the corpus into ../shared/corpus beside the project', optional: true }),
  curl: program('curl'),
  debootstrap: program('debootstrap'),
  faketime: program('faketime'),
  git: program('git'),
  gpg: program('gnupg'),
  gpgv: program('gpgv'),
  gradle: program('gradle'),
  ip: program('iproute2'),
  java: program('default-jre-headless'),
  javac: program('default-jdk-headless'),
  jinja2: {
    found: () => spawnSync('python3', ['-c', 'import jinja2'], { stdio: 'ignore' }).status === 0,
    packages: ['python3-jinja2'],
  },
  lein: program('leiningen'),
  loop: {
    found: canLoop,
    packages: [],
    otherwise: 'run the tests as root where loop devices can be mounted',
    optional: true,
  },
  'maven-plugins': {
    found: () => ['maven-deploy-plugin', 'maven-surefire-plugin', 'maven-jar-plugin'].every(hasPlugin),
    packages: [
      ...['junit5', 'libmaven-compiler-plugin-java', 'libmaven-deploy-plugin-java', 'libmaven-install-plugin-java'],
      ...['libmaven-jar-plugin-java', 'libmaven-resources-plugin-java', 'libsurefire-java'],
    ],
  },
  'maven-repo': folder(DEBIAN_MAVEN_REPO, { packages: ['maven', 'libclojure-java'] }),
  'mkfs.ext4': program('e2fsprogs'),
  mvn: program('maven'),
  netns: {
    found: canMakeNetwork,
    packages: ['iproute2'],
    otherwise: 'run the tests as root with the right to make network namespaces',
    optional: true,
  },
  nginx: program('nginx-light'),
  openssl: program('openssl'),
  prometheus: program('prometheus'),
  'prometheus-alertmanager': program('prometheus-alertmanager'),
  promtool: program('prometheus'),
  pebble: program('pebble'),
  perl: program('perl-base'),
  ps: program('procps'),
  radosgw: program('radosgw'),
  rsync: program('rsync'),
  setpriv: program('util-linux'),
  sqv: program('sqv'),
  ss: program('iproute2'),
  ssh: program('openssh-client'),
  'ssh-keygen': program('openssh-client'),
  sshd: program('openssh-server'),
  'systemd-analyze': program('systemd'),
  'systemd-nspawn': program('systemd-container'),
  'systemd-notify': program('systemd'),
  tmpfs: { found: canMount, packages: [], otherwise: 'run the tests as root with the right to mount' },
  unshare: program('util-linux'),
  unzip: program('unzip'),
  wget: program('wget'),
  wrk: program('wrk'),
  yamllint: program('yamllint'),
  xfs_io: program('xfsprogs'),
} satisfies Record<string, Need | ((name: string) => Need)>;

export type NeedName = keyof typeof NEEDS;

/**
 * True when this machine has every one of the named things. Otherwise the test is skipped, by name and with the line that installs what is
 * missing, and the caller returns; with ASSAY_TEST_STRICT=1 it throws instead, so that a skip fails the run.
 */
export function needs(t: TestContext, ...names: NeedName[]): boolean {
  const missing = names.map((name) => ({ name, ...lookUp(name) })).filter((need) => !need.found());
  if (missing.length === 0) return true;
  const packages = [...new Set(missing.flatMap((need) => need.packages))];
  const remedies = missing.flatMap(({ otherwise = [] }) => (typeof otherwise === 'function' ? otherwise() : otherwise));
  if (packages.length > 0) remedies.unshift(`apt-get install ${packages.join(' ')}`);
  const sentence = `needs ${missing.map((need) => need.name).join(', ')}: ${remedies.join('; ')}`;
  noteMissing(packages);
  if (process.env.ASSAY_TEST_STRICT === '1' && missing.some((need) => need.optional !== true))
    throw new Error(sentence);
  t.skip(sentence);
  return false;
}

/** The Debian packages that bring a thing; undefined when there is no such name. */
export function packagesOf(name: string): readonly string[] | undefined {
  return Object.hasOwn(NEEDS, name) ? lookUp(name as NeedName).packages : undefined;
}

function lookUp(name: NeedName): Need {
  const need = NEEDS[name];
  return typeof need === 'function' ? need(name) : need;
}

function program(debianPackage: string): (name: string) => Need {
  return (name) => ({ found: () => onPath(name), packages: [debianPackage] });
}

function hasPlugin(name: string): boolean {
  return existsSync(join(DEBIAN_MAVEN_REPO, 'org/apache/maven/plugins', name));
}

function folder(path: string, rest: Partial<Need>): Need {
  return { found: () => existsSync(path), packages: [], ...rest };
}

// Daemons lie in sbin, which a user's PATH leaves out.
function onPath(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not ours to run: both mean that the test cannot use it.
    return false;
  }
}

let mountable: boolean | undefined;

function canMount(): boolean {
  mountable ??= tryMount();
  return mountable;
}

// In a mount namespace of its own, so that nothing is left mounted whatever happens.
function tryMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  return inOwnMounts('mount -t tmpfs -o size=64k tmpfs /mnt');
}

/** Gone with the process that made it, whatever happens. */
function canMakeNetwork(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
}

let loopable: boolean | undefined;

/** Containers may have root without loop devices: nobody can install those. */
function canLoop(): boolean {
  const script =
    'f=$(mktemp) && truncate -s 4M "$f" && mkfs.ext4 -q -F "$f" && mount -o loop "$f" /mnt; s=$?; rm -f "$f"; exit $s';
  loopable ??= canMount() && inOwnMounts(script);
  return loopable;
}

function inOwnMounts(script: string): boolean {
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  return spawnSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'ignore', timeout: 20_000, env }).status === 0;
}

/** The runner names a file in ASSAY_TEST_MISSING and prints one apt-get line for all of it at the end. */
function noteMissing(packages: readonly string[]): void {
  const list = process.env.ASSAY_TEST_MISSING;
  if (list === undefined || packages.length === 0) return;
  appendFileSync(list, `${packages.join('\n')}\n`);
}
