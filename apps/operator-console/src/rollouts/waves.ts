/** The percents that somebody typed: `5, 25 100` becomes 5, 25 and 100. The API says what is wrong with what is no number. */
export function wavesOf(text: string): number[] {
  return text
    .split(/[\s,;%]+/)
    .filter((each) => each !== '')
    .map(Number);
}
