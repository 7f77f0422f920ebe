/** After one of these words a text in double quotes is the name of an object; elsewhere it is a value. */
const objects =
  /(?<=\b(?:column|relation|table|constraint|index|type|enum|domain|schema|function|procedure|aggregate|operator|sequence|view|trigger|rule|policy|role|extension|language|publication|parameter|setting|cursor|statement)\s)$/;

/** What stands in place of a value. */
const gone = '…';

/** A failure's message without the values in it: tenants' data, and whatever else differs from tenant to tenant. */
export function withoutValues(message: string): string {
  return message
    .replace(/"((?:[^"]|"")*)"/g, (quoted, _name, offset: number) =>
      objects.test(message.slice(0, offset)) ? quoted : `"${gone}"`,
    )
    .replace(/\(([^()]*)\)=\((?:.*?)\)(?= (?:already|is|conflicts|in|on)\b|[.;,]|$)/gs, `($1)=(${gone})`)
    .replace(/'(?:[^']|'')*'/g, `'${gone}'`)
    .replace(/(?<=contains \().*?(?=\)[.;]|\)$)/gs, gone)
    .replace(/"[^"]*"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<![\w.])-?\d+(?:[.:]\d+)*(?![\w])/g, (part) =>
      part.startsWith('"') ? part : gone,
    );
}
