import { describe, expect, it } from '@jest/globals';
import { message, multipart, read } from './letters.js';

const us = 'Acme Support <support@acme.desk.example>';
const block = (names: readonly [from: string, sent: string, to: string, subject: string], at: string) => {
  const said = [us, at, 'Carl <carl@customer.example>', 'Re: Toner'];
  return names.map((name, index) => `${name} ${said[index]}`).join('\n');
};

/** What stands over the history, by program and language, and what the program adds below the answer by itself. */
const programs: Readonly<Record<string, Readonly<Record<string, readonly [intro: string, added: string]>>>> = {
  Gmail: {
    en: [`On Mon, Nov 2, 2026 at 10:00 AM ${us} wrote:`, 'Sent from Gmail Mobile'],
    de: [`Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb ${us}:`, 'Von meinem Android gesendet'],
    fr: [`Le lun. 2 nov. 2026 à 10:00, ${us} a écrit :`, 'Envoyé de mon téléphone'],
    es: [
      'El lun, 2 nov 2026 a las 10:00, Acme Support (<support@acme.desk.example>) escribió:',
      'Enviado desde mi móvil',
    ],
  },
  'Apple Mail': {
    en: [`On 2. Nov 2026, at 10:00, ${us} wrote:`, 'Sent from my iPhone'],
    de: [`Am 02.11.2026 um 10:00 schrieb ${us}:`, 'Von meinem iPhone gesendet'],
    fr: [`Le 2 nov. 2026 à 10:00, ${us} a écrit :`, 'Envoyé de mon iPhone'],
    es: [`El 2 nov 2026, a las 10:00, ${us} escribió:`, 'Enviado desde mi iPhone'],
  },
  'Apple Mail on a Mac': {
    en: [`> On 2 Nov 2026, at 10:00, ${us} wrote:`, '-- \nCarl Customer'],
    de: [`> Am 02.11.2026 um 10:00 schrieb ${us}:`, '-- \nCarl Customer'],
    fr: [`> Le 2 nov. 2026 à 10:00, ${us} a écrit :`, '-- \nCarl Customer'],
    es: [`> El 2 nov 2026, a las 10:00, ${us} escribió:`, '-- \nCarl Customer'],
  },
  Thunderbird: {
    en: ['On 11/2/26 10:00, Acme Support wrote:', '-- \nCarl Customer'],
    de: ['Am 02.11.26 um 10:00 schrieb Acme Support:', '-- \nCarl Customer'],
    fr: ['Le 02/11/2026 à 10:00, Acme Support a écrit :', '-- \nCarl Customer'],
    es: ['El 2/11/26 a las 10:00, Acme Support escribió:', '-- \nCarl Customer'],
  },
  Outlook: {
    en: [block(['From:', 'Sent:', 'To:', 'Subject:'], 'Monday, November 2, 2026 10:00 AM'), 'Get Outlook for iOS'],
    de: [block(['Von:', 'Gesendet:', 'An:', 'Betreff:'], 'Montag, 2. November 2026 10:00'), 'Outlook für iOS beziehen'],
    fr: [block(['De :', 'Envoyé :', 'À :', 'Objet :'], 'lundi 2 novembre 2026 10:00'), 'Obtenez Outlook pour iOS'],
    es: [
      block(['De:', 'Enviado el:', 'Para:', 'Asunto:'], 'lunes, 2 de noviembre de 2026 10:00'),
      'Obtener Outlook para iOS',
    ],
  },
  Android: {
    en: [
      `-------- Original message --------\n${block(['From:', 'Date:', 'To:', 'Subject:'], '11/2/26 10:00 (GMT+01:00)')}`,
      'Sent from my Galaxy',
    ],
    de: [
      `-------- Ursprüngliche Nachricht --------\n${block(['Von:', 'Datum:', 'An:', 'Betreff:'], '02.11.26 10:00 (GMT+01:00)')}`,
      'Von meinem Galaxy gesendet',
    ],
    fr: [
      `-------- Message d'origine --------\n${block(['De :', 'Date :', 'À :', 'Objet :'], '02/11/2026 10:00 (GMT+01:00)')}`,
      'Envoyé depuis mon appareil Galaxy',
    ],
    es: [
      `-------- Mensaje original --------\n${block(['De:', 'Fecha:', 'Para:', 'Asunto:'], '2/11/26 10:00 (GMT+01:00)')}`,
      'Enviado desde mi Galaxy',
    ],
  },
};

const answers: Readonly<Record<string, string>> = {
  en: 'It prints again.\n\nThank you!',
  de: 'Er druckt wieder.\n\nSchöne Grüße',
  fr: 'Elle imprime à nouveau.\n\nMerci beaucoup',
  es: 'Ya imprime otra vez.\n\n¡Muchas gracias!',
};
const history = ['Hello Carl,', '', 'a new toner is on its way.'];
const quotes = (program: string) => !['Outlook', 'Android'].includes(program);

const cases = Object.entries(programs).flatMap(([program, languages]) =>
  Object.entries(languages).map(([language, [intro, added]]) => {
    const old = history.map((line) => (quotes(program) ? `> ${line}`.trimEnd() : line)).join('\n');
    const gap = intro.startsWith('>') ? '\n>\n' : '\n\n';
    return { program, language, added, answer: answers[language] ?? '', old: `${intro}${gap}${old}\n` };
  }),
);
const utf8 = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'];
const encoded = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');

describe.each(cases)('an answer by $program in $language', ({ answer, added, old }) => {
  it('is what its writer wrote, and the rest is kept as quoted', async () => {
    const { body, quoted } = await read(message(utf8, `${answer}\n\n${old}`));
    expect([body, quoted]).toEqual([answer, old.trimEnd()]);
  });

  it('is without what the program added', async () => {
    const { body, quoted } = await read(message(utf8, `${answer}\n\n${added}\n\n${old}`));
    expect(body).toBe(answer);
    expect(quoted).toContain(added.split('\n').at(-1));
  });

  it('is the same beside its HTML', async () => {
    const text = [
      ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
      encoded(`${answer}\n\n${old}`),
    ];
    const html = [
      ['Content-Type: text/html; charset=utf-8'],
      `<p>${answer}</p><blockquote>${history.join(' ')}</blockquote>`,
    ];
    const letter = await read(multipart('alternative', text as never, html as never));
    expect(letter.body).toBe(answer);
    expect(letter.html).toContain('<blockquote>');
  });
});

it('keeps a quotation that is answered in between, also where its introduction is quoted', async () => {
  const text = `> On 2 Nov 2026, at 10:00, ${us} wrote:\n>\n> Does it print?\n\nYes.\n\n> Does it scan?\n\nNo.`;
  const { body, quoted } = await read(message(utf8, `See below.\n\n${text}\n`));
  expect([body, quoted]).toEqual([`See below.\n\n${text}`, null]);
});
