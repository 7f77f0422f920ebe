import { describe, expect, it } from '@jest/globals';
import { fillIn, placeholders, unknownPlaceholder, type Filling } from './placeholders.js';

const person = (name: string) => ({ id: name, name, email: `${name}@desk.example`, role: 'CUSTOMER' as const });
const filling: Filling = {
  ticket: {
    number: 7,
    title: 'About {{me.name}}',
    status: 'OPEN',
    priority: 'HIGH',
    author: person('Carl'),
    assignedTo: null,
  },
  me: person('Anna'),
};

describe('a placeholder', () => {
  it('is filled in, with or without spaces, as often as it stands there', () => {
    expect(fillIn('{{ticket.author.name}}, {{ ticket.number }} {{me.name}} {{me.name}}', filling)).toBe(
      'Carl, 7 Anna Anna',
    );
  });

  it('in what is filled in stays as it is', () => {
    expect(fillIn('{{ticket.title}}', filling)).toBe('About {{me.name}}');
  });

  it('of nobody is nothing', () => {
    expect(fillIn('<{{ticket.assignedTo.name}}>', filling)).toBe('<>');
  });

  it.each(placeholders)('%s is known', (name) => {
    expect(unknownPlaceholder(`{{${name}}}`)).toBeUndefined();
    expect(fillIn(`{{${name}}}`, filling)).not.toContain('{{ticket.');
  });

  it.each(['{{ticket}}', '{{constructor}}', '{{}}', '{{ticket.author.password}}'])('%s is not', (text) => {
    expect(unknownPlaceholder(`x ${text}`)).toBe(text);
  });

  it('may stand among spaces and line breaks, and behind braces', () => {
    expect(fillIn('{{\n ticket.number\t}} {{{me.name}}} {{ {{me.name}} {{{{', filling)).toBe('7 {Anna} {{ Anna {{{{');
    expect(unknownPlaceholder('{{ {{ nobody }} {{me.name}}')).toBe('{{ nobody }}');
  });

  it('is no single brace', () => {
    expect(unknownPlaceholder('{x} }} {{ {"a": {}}')).toBeUndefined();
  });
});
