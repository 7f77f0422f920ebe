import { describe, expect, it } from '@jest/globals';
import { dispositionOf, plainFileName } from './file-name.js';

describe('the name of a file', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\anna\\Bild.png', 'Bild.png'],
    ['a\r\nSet-Cookie: b=c', 'aSet-Cookie: b=c'],
    ['nul\0.txt', 'nul.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['half \ud83d', 'half \ufffd'],
    ['Übersicht 日本 🎈.ods', 'Übersicht 日本 🎈.ods'],
    ['', 'file'],
    ['..', 'file'],
    ['folder/', 'file'],
    [`${'x'.repeat(300)}.txt`, `${'x'.repeat(251)}.txt`],
  ])('%j is kept as %j', (given, kept) => {
    expect(plainFileName(given)).toBe(kept);
  });
});

describe('the header under which a file is saved', () => {
  it.each([
    ['report.pdf', 'report.pdf', 'report.pdf'],
    ['a b"c;d.txt', 'a b_c;d.txt', 'a%20b%22c%3Bd.txt'],
    ["it's (1)*.txt", "it's (1)*.txt", 'it%27s%20%281%29%2A.txt'],
    ['日本.txt', '__.txt', '%E6%97%A5%E6%9C%AC.txt'],
    ['Übersicht ½.ods', 'Ubersicht 1_2.ods', '%C3%9Cbersicht%20%C2%BD.ods'],
    ['100%41\\.txt', '100_41_.txt', '100%2541%5C.txt'],
    ['🎈.txt', '_.txt', '%F0%9F%8E%88.txt'],
  ])('of %j has a name in ASCII and its encoding', (name, ascii, encoded) => {
    expect(dispositionOf(name)).toBe(`attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`);
  });
});
