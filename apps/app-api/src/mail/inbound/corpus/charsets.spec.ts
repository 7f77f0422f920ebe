import { expect, it } from '@jest/globals';
import { message, read } from './letters.js';

/** What a body says, and its bytes as they were sent, in base64. */
it.each([
  ['UTF-8', 'utf-8', 'Grüße, naïve café — „ja“ 🙂', 'R3LDvMOfZSwgbmHDr3ZlIGNhZsOpIOKAlCDigJ5qYeKAnCDwn5mC'],
  ['UTF-8 in capitals', 'UTF8', 'Grüße', 'R3LDvMOfZQ=='],
  ['Latin 1', 'iso-8859-1', 'Schöne Grüße', 'U2No9m5lIEdy/N9l'],
  ['Latin 1 that is Windows 1252', 'iso-8859-1', '“Quoted” – 5 €', 'k1F1b3RlZJQgliA1IIA='],
  ['Latin 9', 'iso-8859-15', '5 € und Œuvre', 'NSCkIHVuZCC8dXZyZQ=='],
  ['Windows 1252', 'windows-1252', '“Quoted” – 5 €', 'k1F1b3RlZJQgliA1IIA='],
  ['Latin 2', 'iso-8859-2', 'Zażółć gęślą jaźń', 'WmG/87PmIGfqtmyxIGphvPE='],
  ['Windows 1250', 'windows-1250', 'Příliš žluťoučký kůň', 'UPjtbGmaIJ5sdZ1vdehr/SBr+fI='],
  ['Windows 1251', 'windows-1251', 'Принтер не печатает', 'z/Do7fLl8CDt5SDv5ffg8uDl8g=='],
  ['KOI8-R', 'koi8-r', 'Принтер не печатает', '8NLJztTF0iDOxSDQxd7B1MHF1A=='],
  ['Windows 1253', 'windows-1253', 'Ο εκτυπωτής δεν τυπώνει', 'zyDl6vT18Pn03vIg5OXtIPT18P7t5ek='],
  ['Windows 1254', 'windows-1254', 'Yazıcı çalışmıyor, ığş', 'WWF6/WP9IOdhbP3+bf15b3IsIP3w/g=='],
  ['Windows 1255', 'windows-1255', 'המדפסת לא מדפיסה', '5O7j9PH6IOzgIO7j9Onx5A=='],
  ['Windows 1256', 'windows-1256', 'الطابعة لا تطبع', 'x+HYx8jaySDhxyDK2Mja'],
  ['ISO-2022-JP', 'iso-2022-jp', 'プリンターが印刷しません', 'GyRCJVclaiVzJT8hPCQsMHU6fiQ3JF4kOyRzGyhC'],
  ['Shift_JIS', 'shift_jis', 'プリンターが印刷しません', 'g3aDioOTg16BW4KqiPON/IK1gtyCuYLx'],
  ['EUC-JP', 'euc-jp', 'プリンターが印刷しません', 'pdel6qXzpb+hvKSssPW6/qS3pN6ku6Tz'],
  ['GB2312', 'gb2312', '打印机不打印', 'tPLTobv6sru08tOh'],
  ['GBK', 'gbk', '打印機不打印', 'tPLToZlDsru08tOh'],
  ['GB18030', 'gb18030', '打印机不打印 🙂', 'tPLTobv6sru08tOhIJUwhTI='],
  ['Big5', 'big5', '印表機不列印', 'pkyq7b73pKOmQ6ZM'],
  ['EUC-KR', 'euc-kr', '프린터가 인쇄되지 않습니다', 'x8G4sMXNsKEgwM684rXHwfYgvsq9wLTPtNk='],
])('reads %s', async (_label, charset, text, sent) => {
  const head = ['MIME-Version: 1.0', `Content-Type: text/plain; charset="${charset}"`];
  const bytes = Buffer.from(sent, 'base64');
  const plain = await read(message([...head, 'Content-Transfer-Encoding: 8bit'], bytes));
  expect(plain.body).toBe(text);
  const encoded = await read(message([...head, 'Content-Transfer-Encoding: base64'], sent));
  expect(encoded.body).toBe(text);
  const word = sent.length > 60 ? undefined : await read(message([`Subject: =?${charset}?B?${sent}?=`], 'x'));
  expect(word?.title ?? text).toBe(text);
});

it('reads UTF-8 where no charset is named, and keeps what no charset explains readable', async () => {
  expect((await read(message([], Buffer.from('Grüße')))).body).toBe('Grüße');
  const unknown = await read(message(['Content-Type: text/plain; charset=x-nobody-knows'], Buffer.from('Grüße, Carl')));
  expect(unknown.body).toContain('Carl');
  const broken = await read(
    message(['Content-Type: text/plain; charset=utf-8'], Buffer.from('Gr\xfc\xdfe, Carl', 'latin1')),
  );
  expect(broken.body).toContain('Carl');
});

it.each([
  ['quoted-printable', '=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=', 'Grüße aus Köln'],
  ['base64', '=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
  ['a charset with a language', '=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ['two words that follow each other', '=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=', 'Grüße'],
  ['two words on two lines', '=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?=', 'Grüße'],
  ['a character in two words', '=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=', 'Grüße'],
  ['a word among others', 'Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= from Carl', 'Re: Grüße from Carl'],
  ['a folded text', 'A subject that is\r\n\tlonger than a line', 'A subject that is longer than a line'],
  ['UTF-8 without words (RFC 6532)', 'Grüße aus Köln', 'Grüße aus Köln'],
  ['what only looks like a word', '=?utf-8?X?nothing?=', '=?utf-8?X?nothing?='],
  ['nothing', '', '(no subject)'],
])('reads a subject: %s', async (_label, subject, title) => {
  expect((await read(message([`Subject: ${subject}`], 'x'))).title).toBe(title);
});

it.each([
  ['Carl Customer <carl@customer.example>', 'carl@customer.example', 'Carl Customer'],
  ['"Customer, Carl" <carl@customer.example>', 'carl@customer.example', 'Customer, Carl'],
  ['carl@customer.example (Carl Customer)', 'carl@customer.example', 'Carl Customer'],
  ['<carl@customer.example>', 'carl@customer.example', ''],
  ['=?utf-8?Q?J=C3=BCrgen?= <j@customer.example>', 'j@customer.example', 'Jürgen'],
  ['"=?utf-8?Q?J=C3=BCrgen?=" <j@customer.example>', 'j@customer.example', 'Jürgen'],
  ['Customers: carl@customer.example, ann@customer.example;', 'carl@customer.example', ''],
  ['Carl\r\n Customer\r\n <carl@customer.example>', 'carl@customer.example', 'Carl Customer'],
  ['"bob@bank.example" <carl@customer.example>', 'carl@customer.example', 'bob@bank.example'],
  ['carl+desk@sub.customer.example', 'carl+desk@sub.customer.example', ''],
])('reads a sender: %s', async (from, address, name) => {
  expect((await read(message([`From: ${from}`], 'x'))).from).toEqual({ address, name });
});

it.each(['Carl', '<>', 'undisclosed-recipients:;', 'carl@', ''])('reads no sender in %j', async (from) => {
  expect((await read(message([`From: ${from}`], 'x'))).from).toBeUndefined();
});
