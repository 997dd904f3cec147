import { ENTRANCES, MIGRATIONS, ONLY_FOR, ROOMS, type Room, roomOf } from './rooms.ts';

/** Why `from` may not import `to` (both below `src`), in words for people; null when it may. */
export function doorFault(from: string, to: string): string | null {
  if (ENTRANCES.includes(to)) return 'nothing imports an entrance';
  const target = roomOf(to);
  if (target === null) return 'it lies in no room of the map';
  const source = roomOf(from);
  if (source === target) return null;
  const guests = ONLY_FOR[target.name];
  if (guests !== undefined && !guests.includes(source?.name ?? from)) {
    return `only ${guests.join(', ')} may import ${target.name}`;
  }
  if (source !== null && ROOMS.indexOf(target) > ROOMS.indexOf(source)) {
    return `${target.name} stands below ${source.name}`;
  }
  return mayEnter(from, to, target) ? null : `not a door of ${target.name} (doors: ${target.doors.join(', ')})`;
}

function mayEnter(from: string, to: string, room: Room): boolean {
  const name = to.slice(room.name.length + 1).replace(/\.ts$/, '');
  const asFolder = name.replace(/[^/]+$/, '*');
  return (
    room.doors.includes(name) || room.doors.includes(asFolder) || (name === MIGRATIONS && from.startsWith('compose/'))
  );
}
