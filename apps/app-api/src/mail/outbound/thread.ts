/** RFC 5322 allows a line of 998 octets, and receivers cut longer headers: what is left is enough to find the conversation. */
const mostIds = 20;
const mostCharacters = 1800;

/**
 * The Message-IDs that a mail refers to, of the earlier ones of its conversation, oldest first: the first one, which names the
 * conversation, and the last ones (RFC 5536 3.4.4 shortens them like this). Ids that no header can hold are left out.
 */
export function referencesOf(earlier: readonly string[]): string[] {
  const ids = [...new Set(earlier)].filter((id) => /^[^\s<>@]+@[^\s<>]+$/.test(id) && id.length <= 250);
  const [first, ...rest] = ids;
  if (first === undefined) return [];
  let room = mostCharacters - first.length;
  const last: string[] = [];
  for (const id of rest.reverse()) {
    room -= id.length + 3;
    if (room < 0 || last.length === mostIds - 1) break;
    last.unshift(id);
  }
  return [first, ...last];
}
