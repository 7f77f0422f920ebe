/** Whom a text names with `@name`, by what stands behind the `@`. */
export type Mentioned = Readonly<Record<string, string>>;

interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What stands behind the `@`: the name, or, if somebody else has the same, the name and the address. */
export function mentionLabel(person: Colleague, staff: readonly Colleague[]): string {
  const isAlone = staff.every(({ id, name }) => id === person.id || name !== person.name);
  return isAlone ? person.name : `${person.name} (${person.email})`;
}

/** What is being typed behind an `@` that stands before the caret, and where the `@` is. */
export function mentionBefore(
  text: string,
  caret: number,
): { readonly at: number; readonly words: string } | undefined {
  const found = /(?:^|[\s(])@([\p{L}\p{M}\p{N}.'-]*(?: [\p{L}\p{M}\p{N}.'-]*)?)$/u.exec(text.slice(0, caret));
  if (found === null) return undefined;
  const words = found[1] ?? '';
  return { at: caret - words.length - 1, words };
}

/** Those whose name has words that begin like that, or whose address does. */
export function colleaguesLike<T extends Colleague>(words: string, staff: readonly T[], most = 6): T[] {
  const wanted = words.trim().toLocaleLowerCase();
  const fits = ({ name, email }: Colleague) =>
    email.toLocaleLowerCase().startsWith(wanted) || ` ${name.toLocaleLowerCase()}`.includes(` ${wanted}`);
  return staff.filter(fits).slice(0, most);
}

/** The text as it is stored: `@name` becomes `@[name](user:<id>)`, the longest names first. */
export function withMentions(text: string, mentioned: Mentioned): string {
  const labels = Object.keys(mentioned).sort((one, other) => other.length - one.length);
  let written = '';
  let rest = text;
  for (let at = rest.indexOf('@'); at !== -1; at = rest.indexOf('@')) {
    const behind = rest.slice(at + 1);
    const label = labels.find((each) => behind.startsWith(each) && !/^[\p{L}\p{N}]/u.test(behind.slice(each.length)));
    written += rest.slice(0, at) + (label === undefined ? '@' : `@[${label}](user:${mentioned[label]})`);
    rest = behind.slice(label?.length ?? 0);
  }
  return written + rest;
}

/** The other way round: what a person reads and writes, and whom it names. */
export function readMentions(text: string): { readonly body: string; readonly mentioned: Mentioned } {
  const mentioned: Record<string, string> = {};
  const body = text.replace(/@\[([^\]\n]+)\]\(user:([\da-f-]{36})\)/g, (_, label: string, id: string) => {
    mentioned[label] = id;
    return `@${label}`;
  });
  return { body, mentioned };
}
