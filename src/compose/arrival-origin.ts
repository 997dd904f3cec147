import type { ArrivalOrigin } from '../mirror/pass/pass.ts';
import type { OnDemand } from '../mirror/source/http/http.ts';

/** Where arrivals came from, for those that have to be fetched a second time. */
export function asArrivalOrigin(origin: OnDemand): ArrivalOrigin {
  return {
    url: origin.url,
    async bringAgain(paths, staging, signal) {
      const brought = await origin.bring(paths, staging, signal);
      return brought.kind === 'brought' ? brought.files.map(({ path }) => path) : brought;
    },
  };
}
