// What serve processes see of the inventory: a file that is known to be damaged here is held back, as if the gate had not let it through.

import type { ServeRooms } from '../mirror/serve/server.ts';
import type { Rooms } from './rooms.ts';

export function servedRooms(rooms: Rooms): Pick<ServeRooms, 'inventory' | 'heldBack'> {
  const { inventory, withheld, held } = rooms;
  const row: typeof inventory.row = (path) => {
    const found = inventory.row(path);
    return found === null || withheld.of(found) !== null ? null : found;
  };
  return {
    inventory: { ...inventory, row },
    heldBack: (path) => {
      const published = inventory.row(path);
      const damage = published === null ? null : withheld.of(published);
      return damage === null ? held.find(path) : { ...damage, kind: 'damaged' };
    },
  };
}
