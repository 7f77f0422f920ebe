/** A word, or several that follow each other, as somebody typed it. */
export interface SearchTerm {
  readonly text: string;
  readonly excluded: boolean;
}

/** What has all these terms, the excluded ones aside. */
export type SearchAlternative = readonly SearchTerm[];

/** More of either are not looked at: a search stays as short as people type, whatever is pasted. */
const most = { alternatives: 8, terms: 32 };

const quote = '"';
const quotes = /[“”„‟]/g;
const typed = /(-?)"([^"]*)(?:"|$)|[^\s"]+/g;
const figures = /^[+(]*\d[\d()./-]*$/;
const group = /^(?:[A-Za-z]{0,4}\d[A-Za-z\d]*|[A-Z]{1,4})$/;
/** Groups of one code, as the index joins them. */
const groups = { least: 3, most: 8 };

/**
 * What somebody looks for, as alternatives of which one is enough: words, "phrases", or between two of them, -without. A term
 * may end in a star. `or` alone is a word.
 */
export function parseSearch(text: string): SearchAlternative[] {
  const alternatives: SearchTerm[][] = [[]];
  for (const [whole, minus, phrase] of text.replace(quotes, quote).matchAll(typed)) {
    const alternative = alternatives.at(-1) ?? [];
    if (phrase === undefined && whole.toLowerCase() === 'or') alternatives.push([]);
    else if (alternative.length < most.terms) alternative.push(termOf(whole, minus, phrase));
  }
  const meant = alternatives.filter(({ length }) => length > 0);
  if (meant.length === 0) return text.trim() === '' ? [] : [[{ text: 'or', excluded: false }]];
  return meant.flatMap(withJoined).slice(0, most.alternatives);
}

/** Two hyphens or more exclude nothing: so begin the options of programs. */
function termOf(whole: string, minus = '', phrase?: string): SearchTerm {
  if (phrase !== undefined) return { text: phrase, excluded: minus !== '' };
  const excluded = /^-[^-]/.test(whole);
  return { text: excluded ? whole.slice(1) : whole, excluded };
}

/** Terms that follow each other may be one number, such as a phone's, or one code, whose spaces say nothing; or each what it is. */
function withJoined(terms: SearchTerm[]): SearchTerm[][] {
  const joined = [joinRuns(terms, figures, numberOf), joinRuns(terms, group, codeOf)];
  return [...joined.filter(({ length }) => length < terms.length), terms];
}

/** The terms, with those of each run of a form as one when they make one. */
function joinRuns(
  terms: readonly SearchTerm[],
  form: RegExp,
  join: (texts: readonly string[]) => string | undefined,
): SearchTerm[] {
  const joined: SearchTerm[] = [];
  let run: SearchTerm[] = [];
  for (const term of [...terms, undefined]) {
    if (term !== undefined && !term.excluded && form.test(term.text)) {
      run.push(term);
      continue;
    }
    const text = run.length < 2 ? undefined : join(run.map((each) => each.text));
    joined.push(...(text === undefined ? run : [{ text, excluded: false }]));
    if (term !== undefined) joined.push(term);
    run = [];
  }
  return joined;
}

function numberOf(texts: readonly string[]): string | undefined {
  const text = texts.join(' ');
  const digits = text.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 18 ? text : undefined;
}

function codeOf(texts: readonly string[]): string | undefined {
  const told = texts.filter((text) => /\d/.test(text)).length;
  return told >= groups.least && texts.length <= groups.most ? texts.join('') : undefined;
}

/** The number of the ticket that is meant by `90` or `#90`. */
export function ticketNumberIn(text: string): number | undefined {
  const [, digits] = /^#?([1-9]\d{0,9})$/.exec(text.trim()) ?? [];
  const number = Number(digits);
  return number < 2 ** 31 ? number : undefined;
}
