import { convert } from 'html-to-text';

/** More than anybody reads: the text of a body is bounded too. */
const longestHtml = 2_000_000;

/** The text of an HTML body: quotations keep their marks, cells of tables their distance, pictures are left out. */
export function htmlToPlain(html: string): string {
  return convert(html.slice(0, longestHtml), {
    wordwrap: false,
    preserveNewlines: false,
    limits: { maxInputLength: longestHtml, maxDepth: 200, ellipsis: '' },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      { selector: 'style', format: 'skip' },
      { selector: 'script', format: 'skip' },
      { selector: 'head', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'ul', options: { itemPrefix: '* ' } },
      { selector: 'blockquote', options: { trimEmptyLines: true } },
      { selector: 'table', options: { uppercaseHeaderCells: false } },
    ],
  });
}
