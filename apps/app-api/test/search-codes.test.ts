import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let cases = 0;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

/** Opens a ticket with this text, and searches for it in each way. */
async function holds(description: string, ways: readonly string[], others: readonly string[] = []): Promise<void> {
  const title = `Case ${(cases += 1)}`;
  await openTicket(desk.customer, { title, description });
  const found = async (q: string) => {
    const { body } = await desk.customer.get(`/tickets?q=${encodeURIComponent(q)}`);
    return [q, body.data.some((each: { title: string }) => each.title === title)];
  };
  expect(await Promise.all([...ways, ...others].map(found))).toEqual([
    ...ways.map((q) => [q, true]),
    ...others.map((q) => [q, false]),
  ]);
}

describe('a code is found without its separators', () => {
  it.each([
    ['order:QNV-2024-000123', ['QNV2024000123', 'qnv-2024-000123', 'QNV2024*'], ['NV2024000123', 'QNV2024000124']],
    ['QNX-2024-01,QNY-2024-02;QNZ-2024-03', ['QNX202401', 'QNY202402', 'QNZ202403'], ['QNX202402']],
    ['https://crm.example/t/QQW-4711-B', ['QQW4711B', 'crmexample', '4711'], []],
    ['ref=QQU-4711-B', ['QQU4711B'], []],
    ['order:RMB/2024/0099', ['RMB20240099'], []],
    ['{"order":"QNJ-2024-9"}', ['QNJ20249'], []],
    ['[QNP-77-A] <QNS-77-A> #QNR-77-A! (QNL_77.A)', ['QNP77A', 'QNS77A', 'QNR77A', 'QNL77A'], []],
    ['QNQ-77-A/2', ['QNQ77A', 'QNQ77A2'], []],
    ['PO-QNO-2024-7', ['QNO20247', 'POQNO20247'], []],
    ['注文INV-2024-77を', ['INV202477'], []],
  ])('in %s', async (text, ways, others) => holds(`About ${text} again`, ways, others));
});

describe('a file is found by its name without separators', () => {
  it.each([
    ['QNW-2024-000123.pdf', ['QNW2024000123', 'QNW2024000123pdf']],
    ['scan_QNK-2024-000123_v2.pdf', ['QNK2024000123', 'scanqnk2024000123v2']],
    ['invoice-QNI-2024-000123.pdf', ['QNI2024000123']],
    ['2024-01-01_QNH-2024-000999.log', ['QNH2024000999']],
    ['backup.QNB-1-2.tar.gz', ['QNB12', 'backupqnb12']],
    ['C:\\Users\\kim\\Reports\\q3_final-v2.xlsx', ['q3finalv2xlsx', 'q3finalv2', 'q3_final-v2']],
    ['/srv/shared/annual-report.docx', ['annualreportdocx', 'annualreport']],
  ])('in %s', async (text, ways) => holds(`See ${text} there`, ways));
});

describe('a version is found without its letter', () => {
  it.each([
    ['v2.14.3-beta.1', ['2.14.3', '2143', 'v2.14.3', '2.14.3-beta.1', '2143beta1'], ['2.14.4']],
    ['V10.2.7', ['10.2.7', '1027'], []],
    ['node-v20.19.0-linux-x64.tar.gz', ['20.19.0', '20190', 'v20.19.0'], []],
  ])('in %s', async (text, ways, others) => holds(`Since ${text} it fails`, ways, others));
});

describe('groups that single spaces divide are found as one code', () => {
  it.each([
    ['1Z 999 AA1 01 2345 6784', ['1Z999AA10123456784', '1z 999 aa1 01 2345 6784'], ['1Z999AA10123456785']],
    ['DE89 3704 0044 0532 0130 00', ['DE89370400440532013000', 'de89 3704 0044 0532 0130 00'], []],
    ['IBAN GB29 NWBK 6016 1331 9268 19 BIC', ['GB29NWBK60161331926819'], []],
    ['parcel 7 1Z 888 AA1 01 2345 6784', ['1Z888AA10123456784'], []],
    ['QQ 12 34 56 C', ['QQ123456C'], []],
    ['20 37 16', ['203716'], []],
  ])('in %s', async (text, ways, others) => holds(`Here ${text} it was`, ways, others));

  it('also when the text has none and the search has them', async () => {
    await holds('Paid from NL91ABNA0417164300 today', ['NL91 ABNA 0417 1643 00', '"NL91ABNA0417164300"']);
  });
});

describe('digits of other scripts', () => {
  it.each([
    ['Arabic', 'رقم ٧٨٩١٢٣ هنا', ['789123', '٧٨٩١٢٣']],
    ['Persian', 'شماره ۷۷۸۱۲۳', ['778123', '۷۷۸۱۲۳']],
    ['Devanagari', 'संख्या ४५६१२३', ['456123', '४५६१२३']],
    ['Bengali and Thai', '৩৪৫১২৩ ๒๓๔๑๒๓', ['345123', '234123']],
    ['fullwidth', 'ＱＡＢ－１２３４', ['QAB1234', '1234', 'QAB-1234']],
  ])('are found by Latin ones and their own: %s', async (_, text, ways) => holds(text, ways));

  it('make phone numbers', async () => {
    await holds('اتصل ٠٤٠-٧٧٧٦٥٤٣', ['0407776543', '+49 40 7776543', '٠٤٠٧٧٧٦٥٤٣']);
  });
});
