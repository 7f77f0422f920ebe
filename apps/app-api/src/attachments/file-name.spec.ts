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
    ['report.pdf', "attachment; filename*=UTF-8''report.pdf"],
    ['a b"c;d.txt', "attachment; filename*=UTF-8''a%20b%22c%3Bd.txt"],
    ["it's (1)*.txt", "attachment; filename*=UTF-8''it%27s%20%281%29%2A.txt"],
    ['日本.txt', "attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"],
  ])('of %j holds nothing but its encoding', (name, header) => {
    expect(dispositionOf(name)).toBe(header);
  });
});
