import sanitize from 'sanitize-html';

/** In characters. What is longer is shown as text alone; the raw message has all of it. */
const longest = 1_000_000;

const block = ['p', 'div', 'blockquote', 'pre', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'hr', 'br', 'center'];
const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const words = 'a abbr b strong i em u s del ins small big sub sup span font code kbd samp var q cite mark tt'.split(
  ' ',
);
const tables = ['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th'];

/** Looks, and nothing that loads or covers: no url(), no position. */
const length = /^-?[\d.]+(?:px|pt|em|rem|%|ex|ch|cm|mm|in)?$/i;
const lengths = /^(?:-?[\d.]+(?:px|pt|em|rem|%)?|auto)(?:\s+(?:-?[\d.]+(?:px|pt|em|rem|%)?|auto)){0,3}$/i;
const colour = /^(?:#[0-9a-f]{3,8}|[a-z]{3,25}|rgba?\([\d\s.,%]+\)|hsla?\([\d\s.,%deg]+\))$/i;
const word = /^[a-z-]{1,25}$/i;
const border = /^[\w\s#.(),%-]{1,80}$/;
const styles = {
  color: [colour],
  'background-color': [colour],
  'font-size': [length, word],
  'font-weight': [/^(?:\d{3}|[a-z]+)$/i],
  'font-style': [word],
  'font-family': [/^[\w\s"',-]{1,200}$/],
  'text-align': [word],
  'text-decoration': [/^[a-z\s-]{1,60}$/i],
  'vertical-align': [word],
  'white-space': [word],
  'line-height': [length, word],
  margin: [lengths],
  padding: [lengths],
  ...Object.fromEntries(
    ['left', 'right', 'top', 'bottom'].flatMap((side) => [
      [`margin-${side}`, [lengths]],
      [`padding-${side}`, [lengths]],
      [`border-${side}`, [border]],
    ]),
  ),
  border: [border],
  'border-collapse': [word],
  width: [length, word],
  'max-width': [length, word],
  height: [length, word],
  'list-style-type': [word],
};

/** Of a mail's HTML what can be shown: no script, form, frame or style sheet, and nothing that loads but images. */
export interface SafeHtml {
  /** Inline images are `attachment:<id>`. */
  readonly html: string;
  /** The Content-IDs that it refers to. */
  readonly contentIds: readonly string[];
}

/**
 * Sanitises HTML; `idOf` says which attachment an inline image became. Undefined when there is nothing to show, or more than is
 * shown.
 */
export function safeHtml(html: string, idOf: (contentId: string) => string | undefined): SafeHtml | undefined {
  if (html.length > longest) return undefined;
  const contentIds = new Set<string>();
  const source = (src: string): string => {
    const contentId = /^cid:(.+)$/is.exec(src.trim())?.[1];
    if (contentId === undefined) return src;
    const plain = decoded(contentId).replace(/^<|>$/g, '');
    contentIds.add(plain);
    const id = idOf(plain);
    return id === undefined ? '' : `attachment:${id}`;
  };
  const safe = sanitize(html, {
    allowedTags: [...block, ...headings, ...words, ...tables, 'img'],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'bgcolor', 'width', 'height'],
      a: ['href', 'name', 'target', 'rel'],
      img: ['src', 'alt'],
      font: ['color', 'face', 'size'],
      table: ['border', 'cellpadding', 'cellspacing'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
      ol: ['start', 'type'],
    },
    allowedStyles: { '*': styles },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'attachment'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'head', 'xml', 'svg', 'math'],
    nestingLimit: 200,
    parser: { decodeEntities: true },
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
      }),
      img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, src: source(attribs.src ?? '') } }),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && (attribs.src ?? '') === '',
  });
  return safe.trim() === '' ? undefined : { html: safe, contentIds: [...contentIds] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
