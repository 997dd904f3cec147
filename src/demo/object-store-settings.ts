export interface CephPlace {
  readonly folder: string;
  readonly host: string;
  /** Ports. */
  readonly monitor: number;
  readonly gateway: number;
  readonly fsid: string;
  readonly memoryBytes: number;
}

/** ceph.conf of a cluster of one: no authentication between its parts, one copy of everything, nothing on a disk but configuration. */
export function cephConfiguration(place: CephPlace): string {
  const { folder, host } = place;
  const global = {
    fsid: place.fsid,
    'mon host': `v1:${host}:${place.monitor}`,
    'public addr': host,
    'ms bind msgr2': false,
    'auth cluster required': 'none',
    'auth service required': 'none',
    'auth client required': 'none',
    // One storage daemon, one copy, one group a pool.
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'osd pool default pg num': 1,
    'osd pool default pgp num': 1,
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': 0,
    'mon allow pool size one': true,
    'mon max pg per osd': 5000,
    'osd objectstore': 'memstore',
    'memstore device bytes': place.memoryBytes,
    // The daemon would look for its own place in the map and stop when it finds another one.
    'osd class update on start': false,
    'osd crush update on start': false,
    'osd class load list': '*',
    'osd class default list': '*',
    // Each of the ten pools that the gateway makes waits for a round of the monitor, which by default comes once a second.
    'paxos propose interval': 0.02,
    'paxos min wait': 0.01,
    'mon data avail crit': 1,
    'mon data': `${folder}/mon`,
    'osd data': `${folder}/osd`,
    'run dir': `${folder}/run`,
    'log file': `${folder}/log/$name.log`,
    'admin socket': `${folder}/run/$name.asok`,
    'pid file': `${folder}/run/$name.pid`,
  };
  const gateway = {
    'rgw frontends': `beast endpoint=${host}:${place.gateway}`,
    'rgw enable lc threads': false,
    'rgw enable quota threads': false,
    'rgw run sync thread': false,
    // What was deleted is given back at once, not after two hours.
    'rgw gc obj min wait': 1,
    'rgw gc processor period': 1,
  };
  return ['[global]', ...lines(global), '[client]', 'keyring = /dev/null', '[client.rgw]', ...lines(gateway), ''].join(
    '\n',
  );
}

function lines(settings: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
}
