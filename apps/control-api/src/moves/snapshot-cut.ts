const wrap = 2n ** 32n;

/**
 * Whether a committed transaction is part of a snapshot, as pg_current_snapshot() writes it: `xmin:xmax:running,…`. The stream of changes
 * knows the lower half of a transaction's number.
 */
export function isInSnapshot(xid: number, snapshot: string): boolean {
  const [, xmax = '', running = ''] = snapshot.split(':');
  const next = BigInt(xmax);
  // The full number: the one nearest to the snapshot, since no transaction is two billions away.
  let full = (next / wrap) * wrap + BigInt(xid);
  if (full - next > wrap / 2n) full -= wrap;
  else if (next - full > wrap / 2n) full += wrap;
  return full < next && !running.split(',').includes(String(full));
}
