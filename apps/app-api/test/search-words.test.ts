import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, urlOf, type System } from '@helpdeskly/testing';
import fc from 'fast-check';
import { upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const search = (caller: Helpdesk['agent'], q: string, more = '') =>
  caller.get(`/tickets?q=${encodeURIComponent(q)}${more}`);
const find = async (caller: Helpdesk['agent'], q: string, more = ''): Promise<string[]> => {
  const { status, body } = await search(caller, q, more);
  if (status !== 200) throw new Error(`the search for ${q} was answered ${status}: ${JSON.stringify(body)}`);
  return body.data.map(({ title }: { title: string }) => title);
};

/** Opens a ticket with this text, and searches for it in each way. */
async function holds(description: string, ways: readonly string[], others: readonly string[] = []): Promise<void> {
  const title = `Case ${(cases += 1)}`;
  await openTicket(desk.customer, { title, description });
  const found: Record<string, boolean> = {};
  // One after the other: a pooler keeps two connections for a tenant, and lets nobody wait for one longer than 5 s.
  for (const q of [...ways, ...others]) found[q] = (await find(desk.customer, q)).includes(title);
  const expected = [...ways.map((q) => [q, true]), ...others.map((q) => [q, false])];
  expect(found).toEqual(Object.fromEntries(expected));
}
let cases = 0;

describe('a word ends at every character that is no letter, digit or mark', () => {
  it.each([
    [
      'quotes',
      'It says “papertray empty” and stops.',
      ['papertray', 'empty', '"papertray empty"', '“papertray empty”'],
    ],
    ['an apostrophe', 'The supplier’s answer', ['supplier', 'supplier’s', "supplier's"]],
    ['an ellipsis', 'Still waiting… and hoping', ['waiting', 'hoping']],
    ['spaces of all kinds', 'before\u00a0after\u202fthen\u3000last', ['before', 'after', 'then', 'last']],
    ['bullets and dashes', '•firstpoint –secondpoint—thirdpoint', ['firstpoint', 'secondpoint', 'thirdpoint']],
    ['currencies and degrees', '€thousand and 30°celsius £sterling', ['thousand', 'celsius', 'sterling']],
    ['punctuation of other scripts', '你好，打印机。还有「纸张」¿qué¡', ['打印机', '纸张', 'que']],
    ['arrows and emoji', 'reboot→relogin🎫voucher', ['reboot', 'relogin', 'voucher']],
    ['slashes and brackets', '[urgent](invoice)/{receipt}', ['urgent', 'invoice', 'receipt']],
  ])('at %s', async (_, text, ways) => holds(text, ways));

  it.each([
    ['Devanagari', 'मेरा प्रिंटर काम नहीं करता', ['प्रिंटर', 'नहीं'], ['प्र']],
    ['Tamil', 'அச்சுப்பொறி வேலை செய்யவில்லை', ['அச்சுப்பொறி', 'வேலை'], []],
    ['Arabic with its vowels', 'الطَّابِعَة لا تعمل', ['الطابعة', 'الطَّابِعَة'], []],
    ['Hebrew with its points', 'הַמַּדְפֶּסֶת תקועה', ['המדפסת', 'תקועה'], []],
    ['letters and marks that are typed apart', 'cafe\u0301 na\u0308chster', ['café', 'cafe', 'nächster'], []],
  ])('and not within %s', async (_, text, ways, others) => holds(text, ways, others));

  it('looks through soft hyphens and joiners', async () => {
    await holds('re\u00adfrige\u00adrator \ufeffcom\u2060pressor', ['refrigerator', 'compressor']);
  });

  it('depends on no LC_CTYPE: the tenant has C', async () => {
    const rows = await connected(urlOf(desk.tenant.databaseName), async (client) =>
      client.query(`SELECT datctype FROM pg_database WHERE datname = current_database()`),
    );
    expect(rows.rows).toEqual([{ datctype: 'C' }]);
  });
});

describe('identifiers', () => {
  it.each([
    ['ORD-2024', ['2024', 'ORD', 'ord-2024', 'ORD2024', 'ord 2024'], ['ORD-2025', 'ord20']],
    [
      'INV-2024-000123',
      ['000123', 'INV-2024-000123', 'inv2024000123', 'INV-2024', '2024-000123', 'INV*', 'inv20*'],
      ['00012'],
    ],
    ['RMA/2024/0099', ['0099', 'RMA', 'rma/2024', 'RMA20240099', 'RMA-2024-0099'], ['99']],
    ['WX-4711-B', ['4711', 'wx4711b', 'WX-4711-B', 'wx-4711b', '"wx 4711 b"'], ['4711-C']],
    ['SN:AB_12.34#5', ['AB', 'AB_12.34', 'snab12345'], []],
    ['e-mail and self-service', ['email', 'e-mails', 'selfservice', 'self service'], []],
  ])('%s is found by each part and by the whole', async (code, ways, others) =>
    holds(`About ${code}, please.`, ways, others),
  );

  it.each([['+49 (0)30 1234-567'], ['0049 30 1234567'], ['030/1234567'], ['+49301234567'], ['030 12 34 567']])(
    'the phone number %s is found however it is called',
    async (number) => {
      await holds(
        `Call me at ${number}, or 4711.`,
        ['+49301234567', '0049 30 1234567', '0301234567', '030 1234567', '(030) 123-4567', '301234567', number],
        ['0301234568', '+4930123456'],
      );
    },
  );

  it('a phone number of North America, too', async () => {
    await holds('Fax: +1 (555) 867-5309', [
      '5558675309',
      '555-867-5309',
      '+15558675309',
      '1 555 867 5309',
      '001 555 8675309',
    ]);
    await holds('or 555.867.5308 at night', ['+1 555 867 5308', '(555) 867-5308', '5558675308']);
  });

  it.each([
    ['report_final-v2.pdf', ['pdf', 'final', 'report_final-v2.pdf', 'v2.pdf', 'reportfinalv2pdf']],
    ['C:\\Users\\anna\\Invoices\\x17.xlsx', ['Invoices', 'x17.xlsx', 'users\\anna', 'xlsx']],
    ['/var/log/nginx/error.log', ['nginx', '/var/log/nginx/error.log', 'log/nginx', 'error.log']],
    ['shop.widgets.example', ['widgets', 'shop.widgets.example', 'widgets.example', 'shopwidgetsexample']],
    ['10.20.30.40', ['10.20.30.40', '10.20*', '30.40']],
    [
      'https://shop.widgets.example/orders/8812?ref=mail#top',
      [
        'https://shop.widgets.example/orders/8812?ref=mail#top',
        'http://shop.widgets.example/orders/8812',
        '8812',
        'orders/8812',
        'shop.widgets.example/orders',
      ],
    ],
  ])('%s is found by each part and by the whole', async (name, ways) => holds(`See ${name} for more.`, ways));

  it('an address is found by its parts and by the whole, never by the end of another one', async () => {
    await holds(
      'Write to kim.lee@y.example, or <Ann-Marie.O’Neil@sub.y.example>.',
      ['kim.lee@y.example', 'KIM.LEE@Y.EXAMPLE', 'kim', 'y.example', 'kim.l*', 'kim.lee@y*', 'sub.y.example'],
      ['lee@y.example', 'marie.lee@y.example', 'kim.lee@y.example.org', 'kim@y.example', 'lee@y*'],
    );
  });

  it('a ticket number puts that ticket first, and others that hold it after', async () => {
    const { number } = await openTicket(desk.customer, { title: 'Numbered', description: 'By itself.' });
    await openTicket(desk.customer, {
      title: `About ${number} ${number}`,
      description: `${number} ${number} ${number}`,
    });
    for (const caller of [desk.agent, desk.customer])
      for (const q of [`${number}`, `#${number}`])
        expect((await find(caller, q)).slice(0, 2)).toEqual(['Numbered', `About ${number} ${number}`]);
    expect(await find(desk.stranger, `#${number}`)).toEqual([]);
    expect(await find(desk.agent, `#${number}`, '&status=closed')).toEqual([]);
    expect((await desk.agent.get(`/tickets/%23${number}`)).body.title).toBe('Numbered');
    expect((await desk.agent.get('/tickets/%230')).status).toBe(404);
    expect((await desk.agent.get('/tickets/%23%231')).status).toBe(404);
  });
});

describe('languages', () => {
  it.each([
    ['Chinese', '东京都的打印机坏了', ['打印', '打印机', '东京', '的打', '坏'], ['机打', '印坏']],
    [
      'Japanese',
      'プリンターが動かない。受付は３階',
      ['プリンター', 'リン', '動かな', '受付', 'ない'],
      ['ブリンター', '動な'],
    ],
    ['Korean', '프린터가 고장났습니다', ['프린터', '린터', '고장', '습니다'], ['프터']],
    ['Thai', 'เครื่องพิมพ์ไม่ทำงาน', ['พิมพ์', 'เครื่อง', 'ไม่', 'ทำงาน'], ['งานทำ']],
    ['characters beside Latin ones', 'Order東京2024を確認', ['order', '東京', '2024', '確認'], []],
  ])('%s is found by any two or more characters', async (_, text, ways, others) => holds(text, ways, others));

  it.each([
    ['Müller wohnt in der Straße', ['Muller', 'müller', 'MÜLLER', 'strasse', 'straße']],
    ['Søren kjøpte en øl', ['soren', 'søren', 'kjopte']],
    ['Łódź i Wałęsa', ['lodz', 'Łódź', 'walesa']],
    ['Đà Nẵng, Ærø, œuvre, Þór, Reykjavík', ['da nang', 'aero', 'oeuvre', 'thor', 'reykjavik']],
    ['naïve façade déjà', ['naive', 'facade', 'deja']],
    ['Пётр и Ёлка', ['Петр', 'елка']],
    ['Αθήνα ΌΡΟΦΟΣ', ['αθηνα', 'οροφος', 'ΑΘΗΝΑ']],
    ['İstanbul ılık', ['istanbul', 'ilik']],
    ['ＦＵＬＬ ｗｉｄｔｈ ｶﾞｿﾘﾝ ﬁle', ['full', 'width', 'ガソリン', 'file']],
  ])('%s is found without its accents', async (text, ways) => holds(text, ways));

  it('tells Japanese syllables and й apart', async () => {
    await holds('ガラス を', ['ガラス'], ['カラス']);
    await holds('Мой отчёт', ['мой', 'отчет'], ['мои']);
  });
});

describe('what looks like markup', () => {
  it('is text, found and shown as it stands', async () => {
    const description = 'Status <waitingforuser> in <config mode="strict">retries</config> &amp; <br/>';
    await holds(description, ['waitingforuser', '<waitingforuser>', 'strict', 'retries', 'config']);
    const [found] = (await search(desk.customer, 'waitingforuser')).body.data;
    expect(found.snippets).toEqual([
      { field: 'description', commentId: null, text: description, matches: [{ start: 8, end: 22 }] },
    ]);
  });

  it.each([
    ['INV-2031-77', 'inv203177'],
    ['東京駅前', '京駅'],
    ['+49 40 555 1234', '0405551234'],
    ['Größenwahn', 'grossenwahn'],
    ['max@muster.example', 'max@muster.example'],
    ['prints', 'printing'],
  ])('and %s is marked when it is found by %s', async (held, q) => {
    await openTicket(desk.stranger, { title: 'Marked', description: `Look: ${held}, there.` });
    const [found] = (await search(desk.stranger, q)).body.data;
    const [{ text, matches }] = found.snippets;
    expect(matches.map(({ start, end }: any) => held.includes(text.slice(start, end)))).toEqual([true]);
  });
});

describe('words that the language drops', () => {
  it('are looked for as they stand when there are no others', async () => {
    await openTicket(desk.stranger, { title: 'Who did it', description: 'x' });
    await openTicket(desk.stranger, { title: 'IT down', description: 'y' });
    expect(await find(desk.stranger, 'IT down')).toEqual(['IT down']);
    expect(await find(desk.stranger, 'who')).toEqual(['Who did it']);
    expect(await find(desk.stranger, '"it down"')).toEqual(['IT down']);
    expect((await find(desk.stranger, 'who or down', '&sort=number')).slice(-2)).toEqual(['Who did it', 'IT down']);
  });

  it('are dropped beside others', async () => {
    await openTicket(desk.stranger, { title: 'Coffee machine', description: 'Broken.' });
    expect(await find(desk.stranger, 'the coffee machine is the')).toEqual(['Coffee machine']);
    expect(await find(desk.stranger, 'coffee -the')).toEqual(['Coffee machine']);
  });
});

describe('whatever is typed or written', () => {
  it.each([
    "''x''* b*",
    '-'.repeat(300),
    '"""',
    'a\\',
    "'''*",
    '90 -90',
    '+',
    '((((',
    '@@@',
    'a@',
    '@b*',
    'x'.repeat(999),
    'a-'.repeat(400),
    '東'.repeat(900),
    'or or or',
    '1 '.repeat(300),
    '-a -b -c',
    'a or b or c or d or e or f or g or h or i or "j k" or l m',
    'é'.repeat(300),
    '\u0301',
    '\u200b',
    'ﷺ'.repeat(100),
  ])('is no error: %j', async (q) => {
    for (const more of ['', '&sort=number&include=total'])
      expect([200, 400]).toContain((await search(desk.agent, q, more)).status);
  });

  it('is indexed and looked for without an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }), async (text) => {
        const { status } = await desk.agent.post('/tickets', { title: 'Random', description: text });
        expect([201, 400]).toContain(status);
        expect([200, 400]).toContain((await search(desk.agent, text)).status);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([
    ['short joined tokens', 'a-'.repeat(200)],
    ['one long token', 'x'.repeat(2000)],
    ['characters without spaces', '東京'.repeat(500)],
    ['figures', '1 2 3 4 5 6 7 8 9 0 '.repeat(50)],
    ['addresses', 'a@b.example '.repeat(100)],
    ['compatibility forms', 'ﷺ'.repeat(300)],
  ])('makes an index in proportion to it: %s', async (_, text) => {
    const [one, four] = await connected(urlOf(desk.tenant.databaseName), async (client) => {
      const { rows } = await client.query(
        `SELECT (SELECT coalesce(sum(length(v.vector::text)), 0)::int FROM search_vectors('english', repeat($1, n), '') v) AS size
           FROM unnest(ARRAY[1, 4]) n ORDER BY n`,
        [text],
      );
      return rows.map(({ size }) => size);
    });
    expect(four).toBeLessThanOrEqual(one * 5 + 100); // Places have more digits further on.
    expect(four).toBeLessThan(text.length * 4 * 20);
  });

  it('is found in a long text by its last words and by a phrase across its segments', async () => {
    const text = Array.from({ length: 6000 }, (_, n) => `n${n}`).join(' ');
    await holds(text, ['n5999', '"n1499 n1500"', '"n2998 n2999 n3000 n3001"', 'n1 n5999'], ['"n1 n3"', 'n6000']);
  });

  it('costs a write no more when the ticket holds much already', async () => {
    const ticket = await openTicket(desk.agent, { title: 'Long talk' });
    const written = async (body: string) => {
      const { id } = await reply(desk.agent, ticket.id, { body });
      return connected(urlOf(desk.tenant.databaseName), async (client) => {
        // The rows of this transaction: what was written with the comment.
        const { rows } = await client.query(
          `SELECT count(*)::int AS rows, sum(pg_column_size(f."vector"))::int AS bytes FROM "TicketSearch" f
            WHERE f."ticketId" = $1 AND f.xmin = (SELECT c.xmin FROM "Comment" c WHERE c."id" = $2)`,
          [ticket.id, id],
        );
        return rows[0];
      });
    };
    const text = Array.from({ length: 1500 }, (_, n) => `talk${n}`).join(' ');
    const first = await written(text);
    for (let n = 0; n < 5; n++) await written(text);
    expect(await written(text)).toEqual(first);
    expect(first.rows).toBe(1);
  });
});

describe('beside titles, descriptions and comments', () => {
  it('tags find a ticket, for the staff alone', async () => {
    const ticket = await openTicket(desk.agent, {
      title: 'Tagged',
      tags: ['red_alert', 'vip'],
      authorId: desk.customer.id,
    });
    expect(await find(desk.agent, 'red_alert')).toEqual(['Tagged']);
    expect(await find(desk.agent, 'alert vip tagged')).toEqual(['Tagged']);
    expect(await find(desk.customer, 'red_alert')).toEqual([]);
    await desk.agent.patch(`/tickets/${ticket.id}`, { tags: ['calm'] });
    expect([await find(desk.agent, 'vip'), await find(desk.agent, 'calm')]).toEqual([[], ['Tagged']]);
  });

  it('names of attachments do, for customers those that they see', async () => {
    const ticket = await openTicket(desk.customer, { title: 'With files' });
    const attach = async (caller: Helpdesk['agent'], name: string, visibility: string) =>
      reply(caller, ticket.id, {
        body: 'Here.',
        visibility,
        attachmentIds: [(await upload(caller, 'words', name)).id],
      });
    await attach(desk.customer, 'Rechnung_März-2031.pdf', 'PUBLIC');
    const hidden = await attach(desk.agent, 'fraud-check.xlsx', 'INTERNAL');
    for (const q of ['rechnung', 'marz', 'Rechnung_März-2031.pdf', 'rechnungmarz2031pdf'])
      expect([q, await find(desk.customer, q)]).toEqual([q, ['With files']]);
    expect([await find(desk.agent, 'fraud'), await find(desk.customer, 'fraud')]).toEqual([['With files'], []]);
    await desk.admin.post(`/tickets/${ticket.id}/comments/${hidden.id}/redact`);
    expect(await find(desk.agent, 'fraud')).toEqual([]);
  });

  it('the requester’s name and address do, also after a change, and no address of the staff for customers', async () => {
    const zora = await desk.tenant.user('CUSTOMER', 'Zora Zimmermann');
    await openTicket(zora, { title: 'By Zora' });
    const email = (await zora.get('/auth/me')).body.email;
    for (const q of ['zora', 'Zimmermann zora', email])
      expect([q, await find(desk.agent, q)]).toEqual([q, ['By Zora']]);
    await desk.admin.patch(`/users/${zora.id}`, { name: 'Zora Önal', email: 'zora.oenal@new.example' });
    expect(await find(desk.agent, 'zimmermann')).toEqual([]);
    expect(await find(desk.agent, 'onal')).toEqual(['By Zora']);
    expect(await find(desk.agent, 'zora.oenal@new.example')).toEqual(['By Zora']);
    expect(await find(desk.agent, 'oenal@new.example')).toEqual([]);
    const mine = await openTicket(desk.agent, { title: 'By Anna herself' });
    await desk.agent.put(`/tickets/${mine.id}/participants/${zora.id}`, {});
    expect(await find(desk.agent, 'anna agent')).toContain('By Anna herself');
    expect(await find(zora, (await desk.agent.get('/auth/me')).body.email)).toEqual([]);
  });

  it('the requester’s former addresses do, and those of an account that was joined, for the staff until nobody has them', async () => {
    const [yara, twin] = [
      await desk.tenant.user('CUSTOMER', 'Yara One'),
      await desk.tenant.user('CUSTOMER', 'Yara Two'),
    ];
    const addressOf = async (id: string) => (await desk.admin.get(`/users/${id}`)).body.email;
    const former = [
      await addressOf(yara.id),
      'yara.second@old.example',
      await addressOf(twin.id),
      'twin.second@old.example',
    ];
    const change = async (id: string, email: string) =>
      expect((await desk.agent.patch(`/users/${id}`, { email })).status).toBe(200);
    await openTicket(yara, { title: 'By Yara' });
    await openTicket(twin, { title: 'By her twin' });
    await change(yara.id, former[1]);
    await change(yara.id, 'yara.third@now.example');
    await change(twin.id, former[3]);
    const found = (caller: Helpdesk['agent']) =>
      Promise.all([...former, 'yara.third@now.example'].map(async (q) => (await find(caller, q)).toSorted()));
    const [hers, twins] = [['By Yara'], ['By her twin']];
    expect(await found(desk.agent)).toEqual([hers, hers, twins, twins, hers]);
    expect((await desk.admin.post(`/users/${twin.id}/merge`, { intoId: yara.id })).status).toBe(200);
    const both = ['By Yara', 'By her twin'];
    expect(await found(desk.agent)).toEqual([both, both, both, both, both]);
    expect(await found(yara)).toEqual([[], [], [], [], both]);
    await openTicket(yara, { title: 'By Yara later' });
    expect((await find(desk.agent, former[0])).toSorted()).toEqual(['By Yara', 'By Yara later', 'By her twin']);
    const { body } = await search(desk.agent, 'by yara later');
    const moved = body.data.find(({ title }: any) => title === 'By Yara later');
    expect((await desk.agent.patch(`/tickets/${moved.id}`, { authorId: desk.stranger.id })).status).toBe(200);
    expect((await find(desk.agent, former[0])).toSorted()).toEqual(both);
    expect((await desk.admin.post(`/users/${yara.id}/anonymize`)).status).toBe(200);
    expect(await found(desk.agent)).toEqual([[], [], [], [], []]);
  });

  it('a merged ticket’s title, tags and internal notes find the one it was merged into, for the staff', async () => {
    const source = await openTicket(desk.customer, { title: 'Armadillo trouble', description: 'One pangolin.' });
    const target = await openTicket(desk.customer, { title: 'The other one' });
    await reply(desk.agent, source.id, { body: 'Secretly a tapir.', visibility: 'INTERNAL' });
    await desk.agent.patch(`/tickets/${source.id}`, { tags: ['aardvark'] });
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
    for (const q of ['armadillo', 'tapir', 'aardvark', `#${source.number}`, 'armadillo other tapir'])
      expect([q, await find(desk.agent, q)]).toEqual([q, expect.arrayContaining(['The other one'])]);
    expect(await find(desk.customer, 'tapir')).toEqual([]);
    const end = await openTicket(desk.customer, { title: 'The end' });
    expect((await desk.agent.post(`/tickets/${target.id}/merge`, { intoId: end.id })).status).toBe(200);
    expect(await find(desk.agent, 'tapir')).toEqual(expect.arrayContaining(['The end']));
  });

  it('a comment that was moved is found where it is, and one that was redacted nowhere', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Two things' });
    const comment = await reply(desk.customer, ticket.id, { body: 'The okapi is loose.' });
    const made = await desk.agent.post(`/tickets/${ticket.id}/split`, { commentIds: [comment.id], title: 'Okapi' });
    expect(await find(desk.customer, 'loose')).toEqual(['Okapi']);
    await desk.admin.post(`/tickets/${made.body.id}/comments/${comment.id}/redact`);
    expect(await find(desk.customer, 'loose')).toEqual([]);
  });
});
