// Keywords of SQL stand in capitals, in every statement and fragment that a program holds. `eslint --fix` writes them so.

/** What is a keyword wherever it stands unquoted. Types, functions, true and false are not among them. */
const everywhere = `from select insert into update delete where and or not in is null as on join inner outer cross lateral
  full group by order asc desc limit offset having union intersect except all any distinct values set returning with recursive
  materialized case when then else end exists between like ilike similar share nowait skip locked using conflict over partition
  filter nulls array create alter drop grant revoke truncate table default primary references constraint unique check`;
/** What is one in the company of others alone. */
const inPhrases = [
  '(?:left|right)(?=\\s+(?:outer\\s+)?join\\b)',
  '(?<=\\bnulls\\s)(?:first|last)',
  'for(?=\\s+(?:no\\s+)?(?:key|update|share)\\b)',
  '(?<=\\bfor\\s(?:no\\s)?)(?:no|key)',
  '(?<=\\b(?:update|share)\\s)of',
  'do(?=\\s+(?:nothing|update)\\b)',
  '(?<=\\bdo\\s)nothing',
  '(?<=\\bprimary\\s)key',
  'rows(?=\\s+(?:between|unbounded)\\b)',
  'unbounded(?=\\s+(?:preceding|following)\\b)',
  '(?<=\\bunbounded\\s)(?:preceding|following)',
  '(?<=\\bas\\s)(?:select|with|materialized|not(?=\\s+materialized))',
];
/** A column may have a keyword for its name: one after AS is no keyword. */
const unnamed = `(?<!\\bas\\s)(?:${(everywhere.match(/\w+/g) ?? []).join('|')})`;
const keyword = new RegExp(`(?<![\\w.:@%$])(?:${[...inPhrases, unnamed].join('|')})(?!\\w)`, 'gi');
const quotedOrComment = /'(?:[^']|'')*(?:'|$)|"[^"]*(?:"|$)|--[^\n]*|\$(\w*)\$[^]*?(?:\$\1\$|$)/g;

const tags = /(?:^|\.)(?:sql|\$queryRaw|\$executeRaw)$/;
const statement =
  /^\s*(?:select\s|insert\s+into\s|update\s+(?:only\s+)?\S+\s+(?:\w+\s+)?set\s|delete\s+from\s|with\s+(?:recursive\s+)?\w+\s+as\s+(?:not\s+)?(?:materialized\s*)?\(|(?:create|alter|drop)\s+(?:database|role|table|schema|index|unique|function|user|extension|trigger|type|view|sequence)\s)/i;

/** ESLint's rule. */
export default {
  meta: {
    type: 'layout',
    fixable: 'code',
    schema: [],
    messages: { case: 'SQL keywords stand in capitals: {{word}}.' },
  },
  create(context) {
    const { sourceCode } = context;
    const isSql = (node, beginning) => {
      const { parent } = node;
      if (parent.type === 'TaggedTemplateExpression') return tags.test(sourceCode.getText(parent.tag));
      const called =
        parent.type === 'CallExpression' && parent.callee !== node ? sourceCode.getText(parent.callee) : '';
      return /^Prisma\.(?:raw|join)$/.test(called) || statement.test(beginning);
    };
    /** `pieces` are of one text, each with the place where it begins; what stands between them may be anything. */
    const check = (pieces) => {
      const text = pieces.map(([, piece]) => piece).join('\0');
      const bare = text.replace(quotedOrComment, (quoted) => ' '.repeat(quoted.length));
      let passed = 0;
      for (const [start, piece] of pieces) {
        for (const { 0: word, index } of bare.slice(passed, passed + piece.length).matchAll(keyword)) {
          if (word === word.toUpperCase()) continue;
          const range = [start + index, start + index + word.length];
          context.report({
            loc: { start: sourceCode.getLocFromIndex(range[0]), end: sourceCode.getLocFromIndex(range[1]) },
            messageId: 'case',
            data: { word: word.toUpperCase() },
            fix: (fixer) => fixer.replaceTextRange(range, word.toUpperCase()),
          });
        }
        passed += piece.length + 1;
      }
    };
    return {
      TemplateLiteral(node) {
        const { quasis } = node;
        const pieces = quasis.map(({ range, value }) => [range[0] + 1, value.raw]);
        if (isSql(node, quasis[0].value.raw)) check(pieces);
      },
      Literal(node) {
        if (typeof node.value !== 'string' || !isSql(node, node.value)) return;
        check([[node.range[0] + 1, node.raw.slice(1, -1).replace(/\\(['"])/g, ' $1')]]);
      },
    };
  },
};
