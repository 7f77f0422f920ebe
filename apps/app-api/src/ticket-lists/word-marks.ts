import type { TextRangeDto } from './found-ticket.dto.js';

/** What may be one of the words that are looked for, and where it stands in the text. */
export interface Candidate extends TextRangeDto {
  /** As it would be looked for: joined words without what divides them. */
  readonly word: string;
}

/** The lexemes of a tsquery, and whether only their beginning is given. */
interface Lexeme {
  readonly word: string;
  readonly begun: boolean;
}

const longest = { word: 2000, joined: 8 };
const words = /[\p{L}\p{M}\p{N}]+/gu;
const runs = /\S+/g;
const numbers = /[+(]{0,2}\d[\d ()./\u00a0\u202f\u2010-\u2015-]{4,}\d/g;
/** Figures alone have no other form in the index, unless it cuts them short. */
const figuresAlone = /^\d{1,64}$/;
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
const spaced = /[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]+/gu;
const lexemes = /'((?:[^']|'')+)'(:\*)?/g;
/** Snippets are of this length, and begin a little before what was found. */
const shown = { characters: 240, before: 60 };

/** Marks the words of a search in texts. */
export class WordMarks {
  private readonly wanted: readonly Lexeme[];
  private readonly beginnings: ReadonlySet<string>;
  private readonly exact: ReadonlySet<string>;
  private readonly begun: readonly string[];

  /** `any` is the text of a tsquery, as PostgreSQL's `search_term` writes it. */
  constructor(any: string) {
    this.wanted = [...any.matchAll(lexemes)].map(([, word = '', star]) => ({
      word: word.replaceAll("''", "'"),
      begun: star !== undefined,
    }));
    this.beginnings = new Set(this.wanted.map(({ word }) => word.slice(0, 1)));
    this.exact = new Set(this.wanted.map(({ word }) => word));
    this.begun = [...new Set(this.wanted.filter(({ begun }) => begun).map(({ word }) => word))];
  }

  /** What is surely looked for: characters of scripts without spaces, numbers however they are divided. */
  certain(text: string): TextRangeDto[] {
    const found: TextRangeDto[] = [];
    for (const { word } of this.wanted) {
      if (!unspaced.test(word)) continue;
      for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1))
        found.push({ start, end: start + word.length });
    }
    const figures = this.wanted.map(({ word }) => word).filter((word) => /^\d{7,}$/.test(word));
    if (figures.length > 0)
      for (const { 0: number, index } of text.matchAll(numbers)) {
        const digits = number.replace(/\D/g, '');
        if (figures.some((each) => digits.endsWith(each) || each.endsWith(digits)))
          found.push({ start: index, end: index + number.length });
      }
    return found;
  }

  /** What PostgreSQL has to say of: words, and joined ones, that begin as one of those that are looked for; first those that are one. */
  candidates(text: string): Candidate[] {
    const found: Candidate[] = [];
    const take = (word: string, start: number, end: number) => {
      if (word.length <= longest.word && this.mayBegin(word)) found.push({ word, start, end });
    };
    const held = [...text.matchAll(words)].map(({ 0: word, index }) => ({
      word,
      start: index,
      end: index + word.length,
    }));
    for (const [place, { word, start, end }] of held.entries()) {
      take(word, start, end);
      if (unspaced.test(word))
        for (const { 0: part, index } of word.matchAll(spaced)) take(part, start + index, start + index + part.length);
      for (const joined of joinedFrom(text, held.slice(place, place + longest.joined)))
        take(joined.word, start, joined.end);
    }
    for (const { 0: run, index } of text.matchAll(runs)) {
      if (!run.includes('@')) continue;
      const own = [...run.matchAll(words)];
      const [first, last] = [own[0]?.index ?? 0, own.at(-1)];
      const end = last === undefined ? 0 : last.index + last[0].length;
      if (end > first) take(run.slice(first, end), index + first, index + end);
    }
    const isExact = ({ word }: Candidate) => this.exact.has(word.toLowerCase());
    return [...found.filter(isExact), ...found.filter((each) => !isExact(each))];
  }

  /** A stem begins as its word does, accents aside. */
  private mayBegin(word: string): boolean {
    if (figuresAlone.test(word)) return this.exact.has(word) || this.begun.some((each) => word.startsWith(each));
    const [first = ''] = word.normalize('NFKD').toLowerCase();
    return first > '\u007f' || this.beginnings.has(first);
  }
}

/** The first of these words with those after it that no space divides, or single ones between the groups of a code. */
function joinedFrom(text: string, [first, ...others]: readonly Candidate[]): Pick<Candidate, 'word' | 'end'>[] {
  const found: Pick<Candidate, 'word' | 'end'>[] = [];
  let [word, end] = [first?.word ?? '', first?.end ?? 0];
  for (const other of others) {
    const gap = text.slice(end, other.start);
    if (gap.length > 3 || (/\s/.test(gap) && gap !== ' ')) break;
    [word, end] = [word + other.word, other.end];
    if (gap !== ' ' || /\d/.test(word)) found.push({ word, end });
  }
  return found;
}

/** A part of a text around the first place that was found, and all places in it. */
export function excerpt(
  text: string,
  places: readonly TextRangeDto[],
  whole: boolean,
): { text: string; matches: TextRangeDto[] } {
  const merged = merge(places);
  const from = whole ? 0 : beginningOf(text, (merged[0]?.start ?? 0) - shown.before);
  const to = whole ? text.length : endOf(text, from + shown.characters);
  const matches = merged
    .filter(({ start, end }) => start >= from && end <= to)
    .map(({ start, end }) => ({ start: start - from, end: end - from }));
  return { text: text.slice(from, to), matches };
}

function merge(places: readonly TextRangeDto[]): TextRangeDto[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of places.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Behind a space when there is one near, never within a character. */
function beginningOf(text: string, at: number): number {
  if (at <= 0) return 0;
  const space = text.slice(at, at + 30).search(/\s/);
  return space < 0 ? whole(text, at) : at + space + 1;
}

function endOf(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(' ', at);
  return space > at - 30 ? space : whole(text, at);
}

const whole = (text: string, at: number) => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at + 1 : at);
