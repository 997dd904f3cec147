import type { TestContext } from 'node:test';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Mirror, type Sections, startMirror } from './mirror.ts';

/** A mirror whose origin is reached through a proxy that can be slow, cut or away. */
export async function proxiedMirror(
  t: Pick<TestContext, 'after'>,
  sections: Sections = {},
): Promise<{ readonly mirror: Mirror; readonly proxy: FaultProxy }> {
  const proxies: FaultProxy[] = [];
  const mirror = await startMirror(t, {
    sections,
    front: async (target) => {
      const proxy = await startFaultProxy(target);
      t.after(() => proxy.stop());
      proxies.push(proxy);
      return `rsync://${proxy.host}:${proxy.port}/repo/`;
    },
  });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error('the mirror asked for no proxy');
  return { mirror, proxy };
}
