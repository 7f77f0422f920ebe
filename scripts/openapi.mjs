// The OpenAPI documents of both APIs: the committed ones are what the code says, and pass the recommended rules of Redocly and of
// Spectral; part of npm run check.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import parsers from '@stoplight/spectral-parsers';
import rulesets from '@stoplight/spectral-rulesets';
import { documents } from './openapi-documents.mjs';

const { Document, Spectral } = spectralCore;

const redocly = await createConfig({
  extends: ['recommended'],
  rules: {
    // A fixed segment counts before a parameter, as OpenAPI says, and no id of a ticket is the word `bulk`.
    'no-ambiguous-paths': 'off',
  },
});
const spectral = new Spectral();
spectral.setRuleset({ extends: [[rulesets.oas, 'recommended']] });

/** What either linter has to say of a document, warnings too: a line each. */
async function findingsOf(name, document) {
  const source = JSON.stringify(document);
  const byRedocly = await lintFromString({ source, absoluteRef: `${name}.json`, config: redocly });
  const bySpectral = await spectral.run(new Document(source, parsers.Json, `${name}.json`));
  return [
    ...byRedocly.map(({ ruleId, message, location }) => `${name} ${location[0]?.pointer}: ${message} (${ruleId})`),
    ...bySpectral.map(({ code, message, path }) => `${name} #/${path.join('/')}: ${message} (${code})`),
  ];
}

const findings = [];
for (const { name, file, document, isStale } of await documents()) {
  if (isStale)
    findings.push(`${file} does not describe the routes as they are now: run npm run openapi, and commit it`);
  findings.push(...(await findingsOf(name, document)));
}
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
