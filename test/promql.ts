import { createRequire } from 'node:module';
import type { SyntaxNode } from '@lezer/common';
import type * as promqlGrammar from '@prometheus-io/lezer-promql';

// By require: its module for `import` is one that Jest cannot tell from CommonJS.
const { parser } = createRequire(import.meta.url)('@prometheus-io/lezer-promql') as typeof promqlGrammar;

/** One condition on a label: `status=~"5.."`. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** What an expression of PromQL names. */
export interface Query {
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** Labels by which it groups, and which its result has therefore: `by (job)`. */
  readonly groupings: readonly string[];
  /** Labels that it names elsewhere: `without (le)`, `ignoring (state)`. */
  readonly otherLabels: readonly string[];
}

/** Reads an expression by the grammar of Prometheus' own editor. Throws for one that is not PromQL. */
export function parseQuery(expression: string): Query {
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const groupings: string[] = [];
  const otherLabels: string[] = [];
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name === 'VectorSelector') {
        const metric = node.node.getChild('Identifier');
        selectors.push({ metric: metric === null ? '' : text(metric), matchers: matchersOf(node.node, text) });
      }
      if (node.name === 'GroupingLabels') {
        const isBy = node.node.parent?.getChild('By') !== null;
        (isBy ? groupings : otherLabels).push(...node.node.getChildren('LabelName').map(text));
      }
    },
  });
  return { selectors, groupings, otherLabels };
}

function matchersOf(selector: SyntaxNode, text: (node: SyntaxNode) => string): Matcher[] {
  const all = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return all.map((matcher) => {
    const part = (name: string) => {
      const found = matcher.getChild(name);
      return found === null ? '' : text(found);
    };
    return { label: part('LabelName'), operator: part('MatchOp'), value: part('StringLiteral').slice(1, -1) };
  });
}
