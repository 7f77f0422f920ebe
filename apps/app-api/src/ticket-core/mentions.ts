/** A name is as long as a user's may be: without a bound, a text of many beginnings takes time by its square. */
const mention = /@\[[^\n]{1,200}?\]\(user:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)/gi;

/** The ids of the users whom a text mentions as `@[name](user:<id>)`, each once, in lower case. */
export function mentionedIn(text: string): readonly string[] {
  const ids = [...text.matchAll(mention)].flatMap(([, id]) => (id === undefined ? [] : id.toLowerCase()));
  return [...new Set(ids)];
}
