/** The shorter of two times to wait; undefined when there is nothing to wait for. */
export function soonest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
