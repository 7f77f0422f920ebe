// Which licences the packages that run have, and whether each is one that we accept.

/** Licences that ask for their text and a notice alone. */
export const accepted = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** A CycloneDX component's licence as an SPDX expression; undefined when it names none. */
export function licenceOf({ licenses = [] }) {
  const named = licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name);
  return named.length === 0 ? undefined : named.map((each) => `(${each})`).join(' AND ');
}

/** Whether an SPDX expression leaves a choice, or sets of terms, that are all accepted. AND binds before OR. */
export function isAccepted(expression, list = accepted) {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    const word = words[at++];
    if (word !== '(') return list.has(word);
    const inner = either();
    return words[at++] === ')' && inner;
  };
  const both = () => {
    let all = one();
    while (words[at] === 'AND') {
      at++;
      all = one() && all;
    }
    return all;
  };
  const either = () => {
    let any = both();
    while (words[at] === 'OR') {
      at++;
      any = both() || any;
    }
    return any;
  };
  return either() && at === words.length;
}

/** The components whose licence is not on the list, as `name@version: licence`; our own packages have ours. */
export function unaccepted(components, list = accepted) {
  return components
    .filter(({ group }) => group !== '@helpdeskly')
    .map((component) => ({ component, licence: licenceOf(component) }))
    .filter(({ licence }) => licence === undefined || !isAccepted(licence, list))
    .map(({ component: { group, name, version }, licence }) => {
      return `${group === undefined ? '' : `${group}/`}${name}@${version}: ${licence ?? 'no licence'}`;
    });
}
