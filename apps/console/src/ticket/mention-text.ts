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
  const parts = text.split('@');
  return parts
    .map((part, index) => {
      if (index === 0) return part;
      const label = labels.find((each) => part.startsWith(each) && !/^[\p{L}\p{N}]/u.test(part.slice(each.length)));
      return label === undefined ? `@${part}` : `@[${label}](user:${mentioned[label]})${part.slice(label.length)}`;
    })
    .join('');
}
