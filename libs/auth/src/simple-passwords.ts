/** Sequences on keyboards, in alphabets and numbers, forwards and backwards. */
const lines = [
  '012345678901',
  'abcdefghijklmnopqrstuvwxyza',
  'абвгдежзийклмнопрстуфхцчшщъыьэюя',
  'αβγδεζηθικλμνξοπρστυφχψω',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  '!@#$%^&*()_+',
];

const steps = new Map<string, readonly string[]>();
for (const line of lines) {
  addSteps(line, `${line} >`);
  addSteps([...line].reverse().join(''), `${line} <`);
}

/** A password is refused if it has fewer different characters, or fewer characters outside of sequences. */
const fewestCharacters = 5;
const leastBesideRuns = 7;
const shortestRun = 3;
const longestUnit = 6;
const padding = 4;
const shortestRepetition = 8;

/** Whether a text is a sequence (`123456789012`, `qwertyuiopas`), several of them, or a repeated short unit. */
export function isSimple(text: string): boolean {
  const characters = [...text];
  if (new Set(characters).size < fewestCharacters) return true;
  const single = characters.filter((character, place) => character !== characters[place - 1]);
  const [even, odd] = [0, 1].map((rest) => characters.filter((_, place) => place % 2 === rest));
  return (
    besideRuns(characters) < leastBesideRuns ||
    besideRuns(single) < leastBesideRuns ||
    besideRuns(even ?? []) + besideRuns(odd ?? []) < leastBesideRuns ||
    repeatsShortUnit(characters)
  );
}

/** The unit that a text repeats, twice or more and nothing else; empty if there is none. */
export function repeatedUnit(text: string): string {
  const characters = [...text];
  const period = periodOf(characters);
  return period * 2 <= characters.length && characters.length % period === 0
    ? characters.slice(0, period).join('')
    : '';
}

/** How many characters somebody must remember: a sequence counts as its beginning and its direction. */
function besideRuns(characters: readonly string[]): number {
  let count = 0;
  for (let start = 0; start < characters.length;) {
    const length = runLength(characters, start);
    count += length < shortestRun ? length : 2;
    start += length;
  }
  return count;
}

function runLength(characters: readonly string[], start: number): number {
  let directions: readonly string[] | undefined;
  let end = start + 1;
  for (; end < characters.length; end++) {
    const possible = stepsBetween(characters[end - 1] ?? '', characters[end] ?? '');
    const before: readonly string[] = directions ?? possible;
    const left = possible.filter((direction) => before.includes(direction));
    if (left.length === 0) break;
    directions = left;
  }
  return end - start;
}

function stepsBetween(from: string, to: string): readonly string[] {
  if (from === to) return ['same'];
  return steps.get(from + to) ?? [];
}

function addSteps(line: string, direction: string): void {
  const characters = [...line];
  characters.slice(1).forEach((to, place) => {
    const pair = (characters[place] ?? '') + to;
    steps.set(pair, [...(steps.get(pair) ?? []), direction]);
  });
}

/** Also finds it with a few characters before or behind. */
function repeatsShortUnit(characters: readonly string[]): boolean {
  for (let before = 0; before <= padding; before++) {
    for (let behind = 0; before + behind <= padding; behind++) {
      const core = characters.slice(before, characters.length - behind);
      const period = periodOf(core);
      if (core.length >= shortestRepetition && period <= longestUnit && period * 2 <= core.length) return true;
    }
  }
  return false;
}

/** The least distance at which every character repeats, or the length if there is none. Linear: Knuth, Morris, Pratt. */
function periodOf(characters: readonly string[]): number {
  const borders = [0];
  for (let place = 1, border = 0; place < characters.length; place++) {
    while (border > 0 && characters[place] !== characters[border]) border = borders[border - 1] ?? 0;
    if (characters[place] === characters[border]) border++;
    borders.push(border);
  }
  return characters.length - (borders.at(-1) ?? 0);
}
